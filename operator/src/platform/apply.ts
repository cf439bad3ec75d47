/**
 * All writes of a reconcile but the status. An object is applied when what is desired is not what we own of the live one: so
 * drift is put right as soon as it is seen, and a converged platform costs neither a read nor a write, not even after a
 * restart. A change of what exists is first asked for as a dry run; if the API server refuses a part, none of it is made but
 * the floor of the bell schedule.
 */
import { randomBytes } from 'node:crypto';
import { newCredentials, renderCredentials, type CredentialPlan } from '../features/credentials/decide.ts';
import { canonical, digest } from '../kube/json.ts';
import { ownable } from '../kube/owned.ts';
import { RefusedError, type Writer, type Yielded } from './cluster.ts';
import { kindOf } from './kinds.ts';
import type { Manifest } from './manifest.ts';
import { child, type Live, type Observed } from './observed.ts';
import type { Plan } from './plan.ts';
import type { Done } from './status.ts';
import { identity, surplusOf } from './surplus.ts';

/** Bytes of a generated secret; as hexadecimal digits it needs no quoting anywhere. */
const SECRET_BYTES = 24;

/** What is known of a platform from one reconcile to the next; all of it can be lost. */
interface Memory {
  /** Digests of what is desired, by object, and of the inputs that they were made of. */
  readonly inputs: string;
  readonly desired: ReadonlyMap<string, string>;
  /** By object: what was asked for, and what the API server then held. They differ where it holds it in its own way. */
  readonly applied: Map<string, Applied>;
  /** Objects that were deleted in order to be made anew, until they are. */
  readonly anew: Set<string>;
}

interface Applied {
  readonly desired: string;
  readonly owned: string | undefined;
  readonly yielded: readonly Yielded[];
  /** Of the object then held, see {@link editionOf}. */
  readonly edition: string | number | undefined;
}

export class Applier {
  readonly #writer: Writer;
  readonly #memory = new Map<string, Memory>();
  /** By platform: the autoscaler that was last applied for a bell alone. */
  readonly #rung = new Map<string, Applied>();

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  /** Brings the cluster to the plan. @returns what was refused or left to others; a fault is part of it, not thrown. */
  async apply(seen: Observed, plan: Plan): Promise<Done> {
    const { paused } = seen.platform.spec;
    if (plan.refusal !== undefined && paused) return {};
    if (paused) return { pending: this.#changed(seen, this.#recall(seen, plan), plan).map(worded) };
    try {
      if (plan.refusal !== undefined) return orRefused({}, await this.#ring(seen, plan));
      const refused = await this.#bring(seen, plan);
      return orRefused({ yielded: this.#yielded(seen), recreating: this.#recreating(seen) }, refused);
    } catch (failed) {
      return { failed };
    }
  }

  /** Forgets a platform that is gone. */
  forget(uid: string): void {
    this.#memory.delete(uid);
    this.#rung.delete(uid);
  }

  async #bring(seen: Observed, plan: Plan): Promise<Done['refused']> {
    const { credentials } = plan;
    const unmade = credentials?.create === 'first' ? await this.#createCredentials(seen, credentials) : undefined;
    if (unmade !== undefined) return unmade;
    const memory = this.#recall(seen, plan);
    const changed = this.#changed(seen, memory, plan);
    const refused = (await this.#rehearseOrRing(seen, plan, changed)) ?? (await this.#applyAll(seen, memory, changed));
    if (refused !== undefined) return refused;
    await this.#prune(seen, memory, plan);
    return credentials?.create === 'last' ? this.#createCredentials(seen, credentials) : undefined;
  }

  async #createCredentials({ platform }: Observed, { suffix }: CredentialPlan): Promise<Done['refused']> {
    const credentials = newCredentials(() => randomBytes(SECRET_BYTES).toString('hex'));
    return firstRefusal([renderCredentials(platform, suffix, credentials)], async (secret) => {
      await this.#writer.create(secret, { dryRun: false });
    });
  }

  /** @returns what is remembered of the platform, with the digests of what is desired brought up to the plan. */
  #recall({ platform }: Observed, plan: Plan): Memory {
    const { uid } = platform.metadata;
    const inputs = canonical(plan.inputs);
    const known = this.#memory.get(uid);
    if (known?.inputs === inputs) return known;
    const desired = new Map(plan.desired().map((manifest) => [identity(manifest), digest(ownable(manifest))]));
    const { applied = new Map<string, Applied>(), anew = new Set<string>() } = known ?? {};
    const memory = { inputs, desired, applied, anew };
    this.#memory.set(uid, memory);
    return memory;
  }

  #changed(seen: Observed, memory: Memory, plan: Plan): readonly Manifest[] {
    const live = new Map(seen.children.map((object) => [identity(object), object]));
    const differing = new Set<string>();
    for (const [id, desired] of memory.desired)
      if (differs(live.get(id), desired, memory.applied.get(id))) differing.add(id);
    return differing.size === 0 ? [] : plan.desired().filter((manifest) => differing.has(identity(manifest)));
  }

  /** What keeps a change from being made keeps no bell from being heard. */
  async #rehearseOrRing(seen: Observed, plan: Plan, changed: readonly Manifest[]): Promise<Done['refused']> {
    let isAccepted = false;
    try {
      const refused = await this.#rehearse(seen, changed);
      isAccepted = refused === undefined;
      return refused;
    } finally {
      if (!isAccepted) await this.#ring(seen, plan);
    }
  }

  /** Writes the autoscaler alone. */
  async #ring(seen: Observed, { bell }: Plan): Promise<Done['refused']> {
    const autoscaler = bell?.();
    if (autoscaler === undefined) return undefined;
    const { uid } = seen.platform.metadata;
    const desired = digest(ownable(autoscaler));
    const live = child(seen, autoscaler.kind, autoscaler.metadata.name);
    if (!differs(live, desired, this.#rung.get(uid))) return undefined;
    return firstRefusal([autoscaler], async (manifest) => {
      const { live: held, yielded } = await this.#writer.apply(manifest, { dryRun: false });
      this.#rung.set(uid, { desired, owned: held.owned, yielded, edition: editionOf(held) });
    });
  }

  /** What is only made can harm nothing that runs; so it is made at once. */
  async #rehearse(seen: Observed, changed: readonly Manifest[]): Promise<Done['refused']> {
    const updates = changed.some(({ kind, metadata }) => child(seen, kind, metadata.name) !== undefined);
    if (!updates) return undefined;
    return firstRefusal(changed, async (manifest) => {
      try {
        await this.#writer.apply(manifest, { dryRun: true });
      } catch (error) {
        if (!mayBeMadeAnew(manifest, error)) throw error;
        await this.#writer.rehearseAnew(manifest);
      }
    });
  }

  /** Side by side; but no pod starts before all else is there that it needs, or that keeps others away from it. */
  async #applyAll(seen: Observed, memory: Memory, changed: readonly Manifest[]): Promise<Done['refused']> {
    const runsPods = (manifest: Manifest): boolean => kindOf(manifest).runsPods === true;
    const applyOne = async (manifest: Manifest): Promise<void> => this.#applyOne(seen, memory, manifest);
    return (
      (await firstRefusal(
        changed.filter((manifest) => !runsPods(manifest)),
        applyOne,
      )) ?? firstRefusal(changed.filter(runsPods), applyOne)
    );
  }

  async #applyOne(seen: Observed, { desired, applied, anew }: Memory, manifest: Manifest): Promise<void> {
    const id = identity(manifest);
    try {
      const { live, yielded } = await this.#writer.apply(manifest, { dryRun: false });
      const edition = editionOf(live);
      applied.set(id, { desired: desired.get(id) ?? '', owned: live.owned, yielded, edition });
      anew.delete(id);
    } catch (error) {
      const old = child(seen, manifest.kind, manifest.metadata.name);
      if (old === undefined || !mayBeMadeAnew(manifest, error)) throw error;
      // It is made as soon as the word comes that this one is gone.
      await this.#writer.remove(old, kindOf(manifest).immutable === 'adopt' ? 'Orphan' : 'Background');
      anew.add(id);
    }
  }

  async #prune(seen: Observed, { desired, applied }: Memory, plan: Plan): Promise<void> {
    await sideBySide(surplusOf(seen, desired, plan), async (object) => this.#writer.remove(object));
    for (const id of applied.keys()) if (!desired.has(id)) applied.delete(id);
  }

  #recreating({ platform }: Observed): readonly string[] {
    return [...(this.#memory.get(platform.metadata.uid)?.anew ?? [])].map((id) => id.replace('/', ' '));
  }

  #yielded({ platform }: Observed): NonNullable<Done['yielded']> {
    const { applied } = this.#memory.get(platform.metadata.uid) ?? { applied: new Map<string, Applied>() };
    return [...applied].flatMap(([id, { yielded }]) =>
      yielded.map((field) => ({ object: id.replace('/', ' '), ...field })),
    );
  }
}

const orRefused = (done: Done, refused: Done['refused']): Done => (refused === undefined ? done : { refused });

/** @returns an object as people name it. */
const worded = ({ kind, metadata }: { readonly kind: string; readonly metadata: { readonly name: string } }): string =>
  `${kind} ${metadata.name}`;

function differs(live: Live | undefined, desired: string, applied: Applied | undefined): boolean {
  if (live === undefined) return true;
  // It comes back when the word arrives that it is gone. A Job is named after its input, so it never changes.
  if (live.metadata.deletionTimestamp !== undefined || live.kind === 'Job') return false;
  if (live.owned === desired) return false;
  if (applied?.desired !== desired || applied.owned !== live.owned) return true;
  // What was left to another is ours to set once the other has given it up, which changes the object.
  return applied.yielded.length > 0 && applied.edition !== editionOf(live);
}

/**
 * @returns what changes with an object and not with its status. Kinds without a generation have no status, but for the
 *   autoscaler, whose every change of status is a new version: what it yields is claimed again with its next change.
 */
const editionOf = ({ kind, metadata }: Live): string | number | undefined =>
  kind === 'HorizontalPodAutoscaler' ? undefined : (metadata.generation ?? metadata.resourceVersion);

/** A field that cannot change, of a kind whose objects can be made anew without losing data. */
const mayBeMadeAnew = (manifest: Manifest, error: unknown): boolean =>
  error instanceof RefusedError && error.immutable && kindOf(manifest).immutable !== 'report';

/** Does it for all. @returns the first refusal. @throws the first fault, once all others are settled. */
async function firstRefusal(
  manifests: readonly Manifest[],
  write: (manifest: Manifest) => Promise<void>,
): Promise<Done['refused']> {
  const refusals = new Map<Manifest, string>();
  await sideBySide(manifests, async (manifest) => {
    try {
      await write(manifest);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      refusals.set(manifest, error.message);
    }
  });
  // The first in their own order, not the first to answer: else the status would change from one time to the next.
  const first = manifests.find((manifest) => refusals.has(manifest));
  return first === undefined ? undefined : { object: worded(first), message: refusals.get(first) ?? '' };
}

async function sideBySide<T>(items: readonly T[], write: (item: T) => Promise<void>): Promise<void> {
  const settled = await Promise.allSettled(items.map(write));
  const fault = settled.find((result) => result.status === 'rejected');
  if (fault !== undefined) throw fault.reason;
}
