/** Objects, their versions and what happened to them, as etcd and the watch cache keep them: one version counts all writes. */
import { keyOf, type KubeObject } from '../resource.ts';
import type { FakeResource } from './resources.ts';
import { expired, versionTooLarge } from './statuses.ts';

/** A write that has happened. */
export interface Change {
  readonly resource: FakeResource;
  /** The version that the write made. */
  readonly version: number;
  /** The object as it is since, or as it was when it was deleted, with the write's version. */
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
  readonly isDeletion: boolean;
}

export type ObjectKey = Parameters<typeof keyOf>[0];

/** A real cluster has seen writes before a test begins; versions of 1 would hide comparisons of their text. */
const FIRST_VERSION = 997;

export class ObjectStore {
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #listeners = new Set<(change: Change) => void>();
  #history: Change[] = [];
  #version = FIRST_VERSION;
  #compacted = FIRST_VERSION;

  /** The version of the last write. */
  get version(): number {
    return this.#version;
  }

  get(resource: FakeResource, key: ObjectKey): KubeObject | undefined {
    return this.#of(resource).get(keyOf(key));
  }

  /** @returns the objects of one namespace, or of all, in the order of their keys. */
  list(resource: FakeResource, namespace: string | undefined): KubeObject[] {
    const entries = [...this.#of(resource)].sort(([one], [other]) => (one < other ? -1 : 1));
    const objects = entries.map(([, object]) => object);
    return namespace === undefined ? objects : objects.filter(({ metadata }) => metadata.namespace === namespace);
  }

  /** Keeps an object under the next version. @returns it with that version. */
  write(resource: FakeResource, object: KubeObject): KubeObject {
    const previous = this.get(resource, object.metadata);
    const stored = this.#versioned(object);
    this.#of(resource).set(keyOf(object.metadata), stored);
    this.#record({ resource, object: stored, previous, isDeletion: false });
    return stored;
  }

  /** Deletes an object that is there. */
  delete(resource: FakeResource, object: KubeObject): void {
    const last = this.#versioned(object);
    this.#of(resource).delete(keyOf(object.metadata));
    this.#record({ resource, object: last, previous: object, isDeletion: true });
  }

  /** @returns what happened since a version. @throws Refusal 410 when that is no longer known, 504 when it is not yet. */
  since(version: number): readonly Change[] {
    if (version < this.#compacted) throw expired(`too old resource version: ${version} (${this.#compacted})`);
    if (version > this.#version) throw versionTooLarge(version, this.#version);
    return this.#history.filter((change) => change.version > version);
  }

  isCompacted(version: number): boolean {
    return version < this.#compacted;
  }

  /** Forgets what happened until now; as many writes elsewhere do, it makes all versions known so far too old. */
  compact(): void {
    this.#version += 1;
    this.#compacted = this.#version;
    this.#history = [];
  }

  /** Calls a listener for each change. @returns a function that ends it. */
  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #versioned(object: KubeObject): KubeObject {
    this.#version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
  }

  #record(change: Omit<Change, 'version'>): void {
    const recorded = { ...change, version: this.#version };
    this.#history.push(recorded);
    for (const listener of this.#listeners) listener(recorded);
  }

  #of({ apiVersion, plural }: FakeResource): Map<string, KubeObject> {
    const path = `${apiVersion}/${plural}`;
    const objects = this.#objects.get(path) ?? new Map<string, KubeObject>();
    this.#objects.set(path, objects);
    return objects;
  }
}
