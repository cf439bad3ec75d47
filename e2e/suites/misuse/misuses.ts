/** All misuses, each on a platform that was well before; several platforms at a time. */
import { messageOf } from '../../cluster/progress.ts';
import { eachOf } from '../../control-plane/connect.ts';
import type { Resource } from '@heroes/operator/kube/resource.ts';
import { survey } from '../convergence/inventory.ts';
import { Tenant, unready, type Estate } from '../convergence/tenant.ts';
import { attempt, childrenOf, type Attempt, type Victim } from './attempt.ts';
import { FULL_SPEC } from './full-spec.ts';
import { mutationsOf, type Mutation } from './mutations.ts';
import { growsVolume } from './nonsense.ts';

const SIDE_BY_SIDE = 4;

/** Namespaces whose platform is not known to be well are left to be looked at. */
export class Misuses {
  readonly #estate: Estate;
  readonly #resources: readonly Resource[];
  #opened = 0;

  constructor(estate: Estate, resources: readonly Resource[]) {
    this.#estate = estate;
    this.#resources = resources;
  }

  /** @returns the attempts, in the schema's order. */
  async all(): Promise<readonly Attempt[]> {
    const mutations = mutationsOf(FULL_SPEC);
    const waiting = mutations.filter((mutation) => !growsVolume(mutation)).values();
    const lanes = Array.from({ length: SIDE_BY_SIDE }, (_, index) => index);
    const lasting = await eachOf(lanes, SIDE_BY_SIDE, async () => this.#lane(waiting));
    // What cannot be undone has a platform of its own each time.
    const single = await eachOf(mutations.filter(growsVolume), SIDE_BY_SIDE, async (mutation) =>
      this.#lane([mutation]),
    );
    const done = new Map([...lasting, ...single].flat().map((each) => [`${each.field} ${each.what}`, each]));
    return mutations.flatMap(({ field, what }) => done.get(`${field} ${what}`) ?? []);
  }

  /** Attempts one after the other, on a platform that is replaced when it has suffered. */
  async #lane(mutations: Iterable<Mutation>): Promise<Attempt[]> {
    const attempts: Attempt[] = [];
    let victim: Victim | undefined;
    for (const mutation of mutations) {
      victim ??= await this.#victim();
      const made = await attemptOn(victim, mutation);
      attempts.push(made);
      if (made.faults.length === 0 || made.outcome === 'refused') continue;
      await victim.tenant[Symbol.asyncDispose]();
      victim = undefined;
    }
    await victim?.tenant[Symbol.asyncDispose]();
    return attempts;
  }

  async #victim(): Promise<Victim> {
    this.#opened += 1;
    const tenant = await Tenant.open(this.#estate, `misuse-${this.#opened}`);
    await tenant.startOperator();
    await tenant.apply(FULL_SPEC);
    await tenant.settled(unready);
    const look: Victim['survey'] = async () => survey(this.#estate.client, this.#resources, tenant.namespace);
    return { tenant, spec: FULL_SPEC, survey: look, original: childrenOf(await look()) };
  }
}

async function attemptOn(victim: Victim, mutation: Mutation): Promise<Attempt> {
  try {
    return await attempt(victim, mutation);
  } catch (error) {
    const { field, what } = mutation;
    return { field, what, outcome: 'broken off', message: '', faults: [messageOf(error)] };
  }
}
