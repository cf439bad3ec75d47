/**
 * All writes of a reconcile but the status. An object is applied when what is desired changed since it was last applied,
 * or when the live one no longer is what the apply left: so drift is put right, and a converged platform costs no write.
 * Every change is first asked for as a dry run; if the API server refuses one, none is made.
 */
import { createHash, randomBytes } from 'node:crypto';
import { completeCredentials, renderCredentials } from '../features/credentials/decide.ts';
import { RefusedError, type Writer } from './cluster.ts';
import { CHILD_KINDS, kindOf } from './kinds.ts';
import type { Manifest } from './manifest.ts';
import { childName } from './names.ts';
import { child, type Live, type Observed } from './observed.ts';
import { credentialsOf } from './observe.ts';
import type { Plan } from './plan.ts';
import type { Done } from './status.ts';

/** Bytes of a generated secret; as hexadecimal digits it needs no quoting anywhere. */
const SECRET_BYTES = 24;

interface Applied {
  readonly desired: string;
  readonly live: string;
}

export class Applier {
  readonly #writer: Writer;
  /** By platform and object: what was asked for, and what the API server then held. */
  readonly #applied = new Map<string, Map<string, Applied>>();

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  /** Brings the cluster to the plan. @returns what was refused, if anything; other failures are thrown, to be retried. */
  async apply(seen: Observed, plan: Plan): Promise<Done> {
    if (plan.refusal !== undefined || seen.platform.spec.paused) return {};
    if (plan.generateCredentials) {
      await this.#generateCredentials(seen);
      return {};
    }
    const changed = plan.desired.filter((manifest) => this.#differs(seen, manifest));
    const refused = await this.#rehearse(changed);
    if (refused !== undefined) return { refused };
    for (const manifest of changed)
      this.#remember(seen, manifest, await this.#writer.apply(manifest, { dryRun: false }));
    await this.#prune(seen, plan);
    return {};
  }

  /** Forgets a platform that is gone. */
  forget(uid: string): void {
    this.#applied.delete(uid);
  }

  async #generateCredentials(seen: Observed): Promise<void> {
    const secret = child(seen, 'Secret', childName(seen.platform, 'credentials'));
    const credentials = completeCredentials(credentialsOf(secret), () => randomBytes(SECRET_BYTES).toString('hex'));
    const manifest = renderCredentials(seen.platform, credentials);
    const resourceVersion = secret?.metadata.resourceVersion;
    // A cache that has not seen the Secret, or an older one of it, must not rotate a password that is in use.
    if (resourceVersion === undefined) await this.#writer.create(manifest);
    else
      await this.#writer.apply({ ...manifest, metadata: { ...manifest.metadata, resourceVersion } }, { dryRun: false });
  }

  async #rehearse(changed: readonly Manifest[]): Promise<Done['refused']> {
    for (const manifest of changed) {
      try {
        await this.#writer.apply(manifest, { dryRun: true });
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        return { object: `${manifest.kind} ${manifest.metadata.name}`, message: error.message };
      }
    }
    return undefined;
  }

  async #prune(seen: Observed, plan: Plan): Promise<void> {
    const wanted = new Set(plan.desired.map(identity));
    const prunable = new Set(CHILD_KINDS.filter((kind) => kind.prune).map((kind) => kind.kind));
    const { uid } = seen.platform.metadata;
    const surplus = seen.children.filter(
      (object) => ownedBy(object, uid) && prunable.has(object.kind) && !wanted.has(identity(object)),
    );
    const retried = seen.children.filter(
      (object) => object.kind === 'Job' && plan.retryJobs.includes(object.metadata.name),
    );
    for (const object of [...surplus, ...retried]) {
      if (object.metadata.deletionTimestamp === undefined) await this.#writer.remove(kindOf(object), object);
    }
  }

  #differs(seen: Observed, manifest: Manifest): boolean {
    const live = child(seen, manifest.kind, manifest.metadata.name);
    if (live === undefined) return true;
    // A Job's template is immutable: it was made for its version, and that is what it does.
    if (manifest.kind === 'Job') return false;
    const before = this.#applied.get(seen.platform.metadata.uid)?.get(identity(manifest));
    const unchanged = before?.desired === fingerprint(manifest) && before.live === fingerprint(held(live));
    return !unchanged;
  }

  #remember(seen: Observed, manifest: Manifest, live: Live): void {
    const { uid } = seen.platform.metadata;
    const ofPlatform = this.#applied.get(uid) ?? new Map<string, Applied>();
    ofPlatform.set(identity(manifest), { desired: fingerprint(manifest), live: fingerprint(held(live)) });
    this.#applied.set(uid, ofPlatform);
  }
}

const identity = (object: { readonly kind: string; readonly metadata: { readonly name: string } }): string =>
  `${object.kind}/${object.metadata.name}`;

const ownedBy = (object: Live, uid: string): boolean =>
  object.metadata.ownerReferences?.some((owner) => owner.uid === uid) === true;

/** What others write all the time: it says nothing of drift. */
const BOOKKEEPING = new Set(['resourceVersion', 'managedFields', 'generation']);

/** @returns an object without its status and its bookkeeping. */
function held(live: Live): unknown {
  const metadata = Object.fromEntries(Object.entries(live.metadata).filter(([field]) => !BOOKKEEPING.has(field)));
  return { ...live, metadata, status: undefined };
}

/** @returns a digest that does not depend on the order of keys. */
function fingerprint(value: unknown): string {
  const ordered = JSON.stringify(value, (_key, node: unknown) =>
    typeof node === 'object' && node !== null && !Array.isArray(node)
      ? Object.fromEntries(Object.entries(node).sort(([a], [b]) => (a < b ? -1 : 1)))
      : node,
  );
  return createHash('sha256').update(ordered).digest('hex');
}
