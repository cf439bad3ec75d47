/** The writes of a reconcile, as requests to the API server. */
import pLimit, { type LimitFunction } from 'p-limit';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Status } from '@heroes/crds/status.ts';
import { applyFields } from '../kube/apply.ts';
import type { Client, Propagation } from '../kube/client.ts';
import { isConflict, isImmutable, isNotFound, isRefusal } from '../kube/errors.ts';
import { writeFinalizer } from '../kube/finalizer.ts';
import type { KubeObject } from '../kube/resource.ts';
import type { ClusterCache } from './cache.ts';
import { RefusedError, type Writer } from './cluster.ts';
import { isOurs, kindOf, PLATFORM } from './kinds.ts';
import type { Manifest } from './manifest.ts';
import { DATA_FINALIZER } from './names.ts';
import type { Live } from './observed.ts';

/**
 * Writes under way at once, of all platforms together: as many as keep an API server of two cores busy. The children of a
 * platform go side by side, and without a bound those of ten platforms would fill its queues for everybody else.
 */
const CONCURRENT_WRITES = 32;

/** Of those, of one namespace: a webhook there that does not answer must leave room for all others. */
const CONCURRENT_WRITES_OF_ONE = CONCURRENT_WRITES / 2;

export class ClusterWriter implements Writer {
  readonly #client: Client;
  readonly #cache: Pick<ClusterCache, 'absorb'>;
  readonly #all = pLimit(CONCURRENT_WRITES);
  /** By namespace, while something is written there. */
  readonly #each = new Map<string, LimitFunction>();

  constructor(client: Client, cache: Pick<ClusterCache, 'absorb'>) {
    this.#client = client;
    this.#cache = cache;
  }

  async apply(manifest: Manifest, { dryRun }: { readonly dryRun: boolean }): ReturnType<Writer['apply']> {
    const resource = kindOf(manifest);
    const application = { resource, object: manifest, ours: isOurs(resource), dryRun };
    const { live, yielded } = await this.#limit(manifest, async () =>
      refusable(applyFields(this.#client, application)),
    );
    return { live: dryRun ? live : this.#cache.absorb(resource, live), yielded };
  }

  async rehearseAnew(manifest: Manifest): Promise<void> {
    const { name } = manifest.metadata;
    // As long as the name itself, which may be of the greatest length, and not taken.
    const other = `${name.slice(0, -1)}${name.endsWith('x') ? 'y' : 'x'}`;
    const object = { ...manifest, metadata: { ...manifest.metadata, name: other } };
    await this.#limit(manifest, async () => refusable(this.#client.create(kindOf(manifest), object, { dryRun: true })));
  }

  async create(manifest: Manifest, { dryRun }: { readonly dryRun: boolean }): Promise<boolean> {
    try {
      await this.#limit(manifest, async () => refusable(this.#client.create(kindOf(manifest), manifest, { dryRun })));
      return true;
    } catch (error) {
      if (isConflict(error)) return false;
      throw error;
    }
  }

  async remove(object: Live, propagation: Propagation = 'Background'): Promise<void> {
    const kind = kindOf(object);
    const left = await this.#limit(object, async () => this.#client.remove(kind, object, propagation));
    // That it is leaving is known at once: who looks before the watch has told it would delete it again.
    if (left?.metadata.deletionTimestamp !== undefined) this.#cache.absorb(kind, left);
  }

  async report({ apiVersion, kind, metadata }: HeroesPlatform, status: Status): Promise<void> {
    const { name, namespace, uid } = metadata;
    try {
      // With its uid, so that a platform made anew under the same name does not get its forerunner's status.
      const object = { apiVersion, kind, metadata: { name, namespace, uid }, status };
      const written = this.#limit(object, async () => refusable(this.#client.applyStatus(PLATFORM, object)));
      this.#cache.absorb(PLATFORM, await written);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async finalize(platform: HeroesPlatform, { present }: { readonly present: boolean }): Promise<void> {
    const finalized = { resource: PLATFORM, object: { ...platform } as unknown as KubeObject };
    const after = await refusable(writeFinalizer(this.#client, finalized, { name: DATA_FINALIZER, present }));
    if (after !== undefined && after.metadata.deletionTimestamp === undefined) this.#cache.absorb(PLATFORM, after);
  }

  /** Writes as soon as there is room, in its namespace and in all. */
  async #limit<T>({ metadata }: Pick<KubeObject, 'metadata'>, write: () => Promise<T>): Promise<T> {
    const { namespace = '' } = metadata;
    const each = this.#each.get(namespace) ?? pLimit(CONCURRENT_WRITES_OF_ONE);
    this.#each.set(namespace, each);
    try {
      return await each(async () => this.#all(write));
    } finally {
      if (each.activeCount + each.pendingCount === 0) this.#each.delete(namespace);
    }
  }
}

/** "The user must act" is told apart from "try again". */
async function refusable<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (isRefusal(error)) throw new RefusedError(error.message, { immutable: isImmutable(error) });
    throw error;
  }
}
