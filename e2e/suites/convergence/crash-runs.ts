/** A platform's life, once as it should be, and then again for each write of it, with a crash of the operator after that. */
import { messageOf } from '../../cluster/progress.ts';
import { eachOf } from '../../control-plane/connect.ts';
import type { KubeObject, Resource } from '@heroes/operator/kube/resource.ts';
import { survey } from './inventory.ts';
import { play, type Crash, type Played, type Stage } from './play.ts';
import { SCENARIOS } from './scenarios.ts';
import { Tenant, type Estate } from './tenant.ts';

export interface Reference {
  /** A scenario each. */
  readonly played: readonly Played[];
  /** What an operator wrote that was started when all was as it should be. */
  readonly idle: readonly string[];
}

export interface Run {
  readonly namespace: string;
  readonly played: readonly Played[];
  /** Why it did not come to its end. */
  readonly fault: string | undefined;
}

/** Platforms at a time: as many as two cores carry. */
const SIDE_BY_SIDE = 4;
/** Every so manieth crash comes only once the operator has been answered. */
const ANSWERED_EVERY = 4;

export class CrashRuns {
  readonly #estate: Estate;
  readonly #resources: readonly Resource[];

  /** @param resources - what is looked at in the namespaces */
  constructor(estate: Estate, resources: readonly Resource[]) {
    this.#estate = estate;
    this.#resources = resources;
  }

  /** Plays all scenarios undisturbed; after each an operator is started anew, to see that it has nothing to do. */
  async reference(): Promise<Reference> {
    await using tenant = await Tenant.open(this.#estate, 'undisturbed');
    await tenant.startOperator();
    const played: Played[] = [];
    const idle: string[] = [];
    for (const scenario of SCENARIOS) {
      played.push(await play(this.#stage(tenant), scenario));
      await tenant.operator.kill('SIGKILL');
      tenant.gate.forget();
      await tenant.startOperator();
      await tenant.settled(scenario.missing);
      idle.push(...tenant.gate.writes.map(({ verb, path }) => `after ${scenario.name}: ${verb} ${path}`));
    }
    return { played, idle };
  }

  /**
   * Plays them with a crash after each write of the reference. The k-th platform has one after the k-th write of each scenario
   * in turn: a scenario goes on from where the one before, with its crash, has ended.
   */
  async crashes({ played }: Reference): Promise<readonly Run[]> {
    const longest = Math.max(...played.map(({ writes }) => writes.length));
    const indexes = Array.from({ length: longest }, (_, index) => index);
    return eachOf(indexes, SIDE_BY_SIDE, async (index) => this.#run(played, index));
  }

  async #run(reference: readonly Played[], index: number): Promise<Run> {
    const namespace = `crash-${index + 1}`;
    await using tenant = await Tenant.open(this.#estate, namespace);
    const played: Played[] = [];
    try {
      await tenant.startOperator();
      const last = reference.findLastIndex(({ writes }) => index < writes.length);
      for (const [at, scenario] of SCENARIOS.slice(0, last + 1).entries()) {
        const { writes = [], inventory = new Map<string, string>() } = reference[at] ?? {};
        const crash = crashAfter(writes, index);
        const script = { expected: inventory, ...(crash === undefined ? {} : { crash }) };
        played.push(await play(this.#stage(tenant), scenario, script));
      }
      return { namespace, played, fault: undefined };
    } catch (error) {
      return { namespace, played, fault: messageOf(error) };
    }
  }

  #stage(tenant: Tenant): Stage {
    const look = async (): Promise<readonly KubeObject[]> =>
      survey(this.#estate.client, this.#resources, tenant.namespace);
    return { tenant, survey: look };
  }
}

/** Told in words: what is written side by side comes in another order each time. */
function crashAfter(writes: readonly string[], index: number): Crash | undefined {
  const after = writes[index];
  if (after === undefined) return undefined;
  const nth = writes.slice(0, index + 1).filter((words) => words === after).length;
  return { after, nth, when: index % ANSWERED_EVERY === ANSWERED_EVERY - 1 ? 'after answer' : 'before answer' };
}
