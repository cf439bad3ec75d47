/** The writes of a reconcile, as requests to the API server. */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Status } from '@heroes/crds/status.ts';
import type { Client } from '../kube/client.ts';
import { isConflict, isNotFound, isRefusal } from '../kube/errors.ts';
import type { ClusterCache } from './cache.ts';
import { RefusedError, type Writer } from './cluster.ts';
import { kindOf, PLATFORM, type Kind } from './kinds.ts';
import type { Manifest } from './manifest.ts';
import type { Live } from './observed.ts';

export class ClusterWriter implements Writer {
  readonly #client: Client;
  readonly #cache: Pick<ClusterCache, 'absorb'>;

  constructor(client: Client, cache: Pick<ClusterCache, 'absorb'>) {
    this.#client = client;
    this.#cache = cache;
  }

  async apply(manifest: Manifest, { dryRun }: { readonly dryRun: boolean }): Promise<Live> {
    const kind = kindOf(manifest);
    try {
      const live = await this.#client.apply(kind, manifest, { dryRun });
      if (!dryRun) this.#cache.absorb(kind, live);
      return live;
    } catch (error) {
      if (isRefusal(error)) throw new RefusedError(error.message);
      throw error;
    }
  }

  async create(manifest: Manifest): Promise<void> {
    const kind = kindOf(manifest);
    try {
      this.#cache.absorb(kind, await this.#client.create(kind, manifest));
    } catch (error) {
      if (!isConflict(error)) throw error;
      await this.#adopt(kind, manifest);
    }
  }

  async remove(kind: Kind, object: Live): Promise<void> {
    await this.#client.remove(kind, object);
  }

  async report({ apiVersion, kind, metadata }: HeroesPlatform, status: Status): Promise<void> {
    const { name, namespace, uid } = metadata;
    try {
      // With its uid, so that a platform made anew under the same name does not get its forerunner's status.
      const object = { apiVersion, kind, metadata: { name, namespace, uid }, status };
      this.#cache.absorb(PLATFORM, await this.#client.applyStatus(PLATFORM, object));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /**
   * An object of that name is there, but not in the cache: its labels were lost. They are put back and nothing else is
   * touched, least of all a password that is in use.
   */
  async #adopt(kind: Kind, { apiVersion, kind: name, metadata }: Manifest): Promise<void> {
    this.#cache.absorb(kind, await this.#client.merge(kind, { apiVersion, kind: name, metadata }));
  }
}
