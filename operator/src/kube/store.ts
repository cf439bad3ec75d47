/** What the API server holds of one kind and scope, in memory, found by key or by index. */
import { isDeepStrictEqual } from 'node:util';
import { keyOf, type KubeObject } from './resource.ts';

export interface Change {
  readonly type: 'added' | 'updated' | 'deleted';
  readonly object: KubeObject;
  /** What was held before; undefined for what is added. */
  readonly previous: KubeObject | undefined;
}

/** @returns the values under which an object is found. */
export type Index = (object: KubeObject) => readonly string[];

export interface StoreOptions {
  /** By name, as `owner`. */
  readonly indexes?: Readonly<Record<string, Index>>;
  /** Told of every change but those that {@link Store.absorb} brings. */
  readonly notify: (change: Change) => void;
}

/** Deletions that are remembered: an answer to a write of ours may come after the word that the object has gone since. */
const REMEMBERED = 1024;

export class Store {
  readonly #deleted = new Map<string, bigint>();
  readonly #objects = new Map<string, KubeObject>();
  readonly #indexes: readonly { readonly of: Index; readonly keys: Map<string, Set<string>>; readonly name: string }[];
  readonly #notify: (change: Change) => void;

  constructor({ indexes = {}, notify }: StoreOptions) {
    this.#indexes = Object.entries(indexes).map(([name, of]) => ({ name, of, keys: new Map() }));
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

  /** @returns the objects under a value of an index, in the order of their keys. */
  byIndex(name: string, value: string): KubeObject[] {
    const keys = this.#indexes.find((index) => index.name === name)?.keys.get(value);
    return [...(keys ?? [])].sort().flatMap((key) => this.#objects.get(key) ?? []);
  }

  /**
   * Takes a whole list, as of a version: what is not in it is gone, unless it is younger than the list.
   * @param anew - whether the server was set back, so that what is held may be younger and wrong
   * @returns how much of it was not known before
   */
  replace(items: readonly KubeObject[], resourceVersion: string, { anew = false } = {}): number {
    const listed = new Set(items.map(({ metadata }) => keyOf(metadata)));
    if (anew) this.#disbelieve();
    const asOf = BigInt(resourceVersion);
    const gone = [...this.#objects].filter(([key, object]) => !listed.has(key) && versionOf(object) <= asOf);
    for (const [, object] of gone) this.#delete(object, asOf);
    const news = items.filter((item) => this.upsert(item));
    return gone.length + news.length;
  }

  /**
   * Takes an object unless the same or a newer version of it is held. Told of is only what a reader of it can see: a version
   * that differs in nothing else is no change.
   * @returns whether there was a change
   */
  upsert(object: KubeObject): boolean {
    const previous = this.#put(object);
    if (previous === 'known') return false;
    if (previous === undefined) this.#notify({ type: 'added', object, previous });
    else if (isDeepStrictEqual(unversioned(previous), unversioned(object))) return false;
    else this.#notify({ type: 'updated', object, previous });
    return true;
  }

  /** Takes what the API server answered to our own write. Whoever wrote it knows, so nobody is told; nor by its echo. */
  absorb(object: KubeObject): void {
    this.#put(object);
  }

  remove(object: KubeObject): void {
    const previous = this.#objects.get(keyOf(object.metadata));
    if (previous !== undefined && versionOf(object) >= versionOf(previous)) this.#delete(previous, versionOf(object));
  }

  /** Lets every version that comes count as a newer one. */
  #disbelieve(): void {
    this.#deleted.clear();
    for (const [key, object] of this.#objects)
      this.#objects.set(key, { ...object, metadata: { ...object.metadata, resourceVersion: '0' } });
  }

  /** @returns what was held before, or that the object is not new. */
  #put(object: KubeObject): KubeObject | undefined | 'known' {
    const key = keyOf(object.metadata);
    const previous = this.#objects.get(key);
    const known = previous === undefined ? this.#deleted.get(key) : versionOf(previous);
    if (known !== undefined && versionOf(object) <= known) return 'known';
    this.#deleted.delete(key);
    if (previous !== undefined) this.#unindex(key, previous);
    this.#objects.set(key, object);
    for (const { of, keys } of this.#indexes)
      for (const value of of(object)) keys.set(value, (keys.get(value) ?? new Set()).add(key));
    return previous;
  }

  #delete(previous: KubeObject, version: bigint): void {
    const key = keyOf(previous.metadata);
    this.#unindex(key, previous);
    this.#objects.delete(key);
    this.#deleted.set(key, version);
    const [eldest] = this.#deleted.keys();
    if (this.#deleted.size > REMEMBERED && eldest !== undefined) this.#deleted.delete(eldest);
    this.#notify({ type: 'deleted', object: previous, previous });
  }

  #unindex(key: string, object: KubeObject): void {
    for (const { of, keys } of this.#indexes) {
      for (const value of of(object)) {
        const held = keys.get(value);
        held?.delete(key);
        if (held?.size === 0) keys.delete(value);
      }
    }
  }
}

/** Versions of one kind can be compared as numbers (KEP-5504, stable since Kubernetes 1.35). */
const versionOf = ({ metadata }: KubeObject): bigint => BigInt(metadata.resourceVersion ?? 0);

const unversioned = (object: KubeObject): object => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: undefined },
});
