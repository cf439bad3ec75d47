/** Every child of every platform, as the bench sees it change: by a digest of what is the operator's in it. */
import { createHash } from 'node:crypto';
import type { Client, WatchEvent } from '@heroes/operator/kube/client.ts';
import type { KubeObject, Resource } from '@heroes/operator/kube/resource.ts';
import { follow, Waiters } from './follow.ts';
import { CHILDREN_SELECTOR, MANAGER } from './kinds.ts';
import { ownedBy } from './owned-fields.ts';

/** `Kind/name` of the children of one platform, and their digests. */
export type Snapshot = ReadonlyMap<string, string>;

export class Children implements Disposable {
  readonly #stop = new AbortController();
  readonly #waiters = new Waiters();
  /** By namespace. */
  readonly #digests = new Map<string, Map<string, string>>();

  /** Follows the children of some kinds from now on. */
  static async follow(client: Client, kinds: readonly Resource[]): Promise<Children> {
    const children = new Children();
    const onEvent = (event: WatchEvent): void => {
      children.#take(event);
    };
    const scope = { labelSelector: CHILDREN_SELECTOR };
    const { signal } = children.#stop;
    await Promise.all(kinds.map(async (resource) => follow({ client, resource, scope, onEvent, signal })));
    return children;
  }

  /** @returns what a platform's children are now. */
  of(namespace: string): Snapshot {
    return new Map(this.#digests.get(namespace));
  }

  /** Waits until none of some children is as it was. @returns when that was, by performance.now(). */
  async untilChanged(namespace: string, before: Snapshot, timeoutMs: number): Promise<number> {
    const unchanged = (): string[] => [...before].flatMap(([key, was]) => (this.#is(namespace, key, was) ? [key] : []));
    const missing = (): string => `in ${namespace} the operator has not changed ${unchanged().join(', ')}`;
    return this.#waiters.until(() => unchanged().length === 0, timeoutMs, missing);
  }

  /** Waits until a child is as it was. @returns when that was, by performance.now(). */
  async untilBack(namespace: string, [key, was]: readonly [string, string], timeoutMs: number): Promise<number> {
    const missing = (): string => `the operator has not put ${key} in ${namespace} right`;
    return this.#waiters.until(() => this.#is(namespace, key, was), timeoutMs, missing);
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }

  #is(namespace: string, key: string, digest: string): boolean {
    return this.#digests.get(namespace)?.get(key) === digest;
  }

  #take({ type, object }: WatchEvent): void {
    const { namespace = '', name } = object.metadata;
    const ofPlatform = this.#digests.get(namespace) ?? new Map<string, string>();
    this.#digests.set(namespace, ofPlatform);
    const key = `${object.kind}/${name}`;
    if (type === 'DELETED') ofPlatform.delete(key);
    else ofPlatform.set(key, digestOf(object));
    this.#waiters.changed();
  }
}

const digestOf = (object: KubeObject): string =>
  createHash('sha256')
    .update(JSON.stringify(ownedBy(MANAGER, object) ?? {}))
    .digest('hex');
