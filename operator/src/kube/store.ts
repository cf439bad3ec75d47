/** What the API server holds of one kind and scope, in memory, found by key or by index. */
import { keyOf, type KubeObject } from './resource.ts';

export interface Change {
  readonly type: 'added' | 'updated' | 'deleted';
  readonly object: KubeObject;
  /** What was held before; undefined for what is added. */
  readonly previous: KubeObject | undefined;
}

/** @returns the values under which an object is found. */
export type Index = (object: KubeObject) => readonly string[];

export class Store {
  readonly #objects = new Map<string, KubeObject>();
  readonly #index: Index;
  readonly #indexed = new Map<string, Set<string>>();
  readonly #notify: (change: Change) => void;

  constructor(index: Index, notify: (change: Change) => void) {
    this.#index = index;
    this.#notify = notify;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): KubeObject | undefined {
    return this.#objects.get(key);
  }

  keys(): string[] {
    return [...this.#objects.keys()];
  }

  /** @returns the objects under a value of the index, in the order of their keys. */
  byIndex(value: string): KubeObject[] {
    const keys = [...(this.#indexed.get(value) ?? [])].sort();
    return keys.flatMap((key) => this.#objects.get(key) ?? []);
  }

  /** Takes a whole list: what is not in it is gone. */
  replace(items: readonly KubeObject[]): void {
    const listed = new Set(items.map(({ metadata }) => keyOf(metadata)));
    for (const [key, object] of this.#objects) if (!listed.has(key)) this.remove(object);
    for (const item of items) this.upsert(item);
  }

  /** Takes an object unless a newer version of it is held: our own writes arrive here before their echo. */
  upsert(object: KubeObject): void {
    const key = keyOf(object.metadata);
    const previous = this.#objects.get(key);
    if (previous !== undefined && isOlder(object, previous)) return;
    if (previous !== undefined) this.#unindex(key, previous);
    this.#objects.set(key, object);
    for (const value of this.#index(object)) {
      const keys = this.#indexed.get(value) ?? new Set();
      this.#indexed.set(value, keys.add(key));
    }
    if (previous === undefined) this.#notify({ type: 'added', object, previous });
    else if (previous.metadata.resourceVersion !== object.metadata.resourceVersion)
      this.#notify({ type: 'updated', object, previous });
  }

  remove(object: KubeObject): void {
    const key = keyOf(object.metadata);
    const previous = this.#objects.get(key);
    if (previous === undefined || isOlder(object, previous)) return;
    this.#unindex(key, previous);
    this.#objects.delete(key);
    this.#notify({ type: 'deleted', object, previous });
  }

  #unindex(key: string, object: KubeObject): void {
    for (const value of this.#index(object)) {
      const keys = this.#indexed.get(value);
      keys?.delete(key);
      if (keys?.size === 0) this.#indexed.delete(value);
    }
  }
}

/** Versions of one kind can be compared as numbers (KEP-5504, stable since Kubernetes 1.35). */
function isOlder(object: KubeObject, than: KubeObject): boolean {
  return BigInt(object.metadata.resourceVersion ?? 0) < BigInt(than.metadata.resourceVersion ?? 0);
}
