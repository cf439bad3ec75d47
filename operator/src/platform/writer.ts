/** The writes of a reconcile, as requests to the API server. */
import pLimit from 'p-limit';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Status } from '@heroes/crds/status.ts';
import { applyFields } from '../kube/apply.ts';
import type { Client } from '../kube/client.ts';
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

export class ClusterWriter implements Writer {
  readonly #client: Client;
  readonly #cache: Pick<ClusterCache, 'absorb'>;
  readonly #limit = pLimit(CONCURRENT_WRITES);

  constructor(client: Client, cache: Pick<ClusterCache, 'absorb'>) {
    this.#client = client;
    this.#cache = cache;
  }

  async apply(manifest: Manifest, { dryRun }: { readonly dryRun: boolean }): ReturnType<Writer['apply']> {
    const resource = kindOf(manifest);
    const application = { resource, object: manifest, ours: isOurs(resource), dryRun };
    const { live, yielded } = await this.#limit(async () => refusable(applyFields(this.#client, application)));
    return { live: dryRun ? live : this.#cache.absorb(resource, live), yielded };
  }

  async rehearseAnew(manifest: Manifest): Promise<void> {
    const { name } = manifest.metadata;
    // As long as the name itself, which may be of the greatest length, and not taken.
    const other = `${name.slice(0, -1)}${name.endsWith('x') ? 'y' : 'x'}`;
    const object = { ...manifest, metadata: { ...manifest.metadata, name: other } };
    await this.#limit(async () => refusable(this.#client.create(kindOf(manifest), object, { dryRun: true })));
  }

  async create(manifest: Manifest, { dryRun }: { readonly dryRun: boolean }): Promise<boolean> {
    try {
      await this.#limit(async () => refusable(this.#client.create(kindOf(manifest), manifest, { dryRun })));
      return true;
    } catch (error) {
      if (isConflict(error)) return false;
      throw error;
    }
  }

  async remove(object: Live, { keepPods = false }: { readonly keepPods?: boolean } = {}): Promise<void> {
    await this.#limit(async () => this.#client.remove(kindOf(object), object, keepPods ? 'Orphan' : 'Background'));
  }

  async report({ apiVersion, kind, metadata }: HeroesPlatform, status: Status): Promise<void> {
    const { name, namespace, uid } = metadata;
    try {
      // With its uid, so that a platform made anew under the same name does not get its forerunner's status.
      const object = { apiVersion, kind, metadata: { name, namespace, uid }, status };
      const written = this.#limit(async () => refusable(this.#client.applyStatus(PLATFORM, object)));
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
