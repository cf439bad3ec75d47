/** Keys that wait, in the order in which they are served: groups take turns, and within a group the eldest goes first. */

/** A key and when it began to wait, milliseconds. */
export interface Waiting {
  readonly key: string;
  readonly sinceMs: number;
}

export class Turns {
  readonly #groupOf: (key: string) => string;
  /** All keys, the eldest first. */
  readonly #since = new Map<string, number>();
  /** The keys of each group; the group whose turn it is comes first. */
  readonly #groups = new Map<string, Set<string>>();

  /** @param groupOf - names the group that a key shares its turns with */
  constructor(groupOf: (key: string) => string) {
    this.#groupOf = groupOf;
  }

  get size(): number {
    return this.#since.size;
  }

  has(key: string): boolean {
    return this.#since.has(key);
  }

  /** @returns the key that has waited longest. */
  get eldest(): Waiting | undefined {
    const [first] = this.#since;
    return first === undefined ? undefined : { key: first[0], sinceMs: first[1] };
  }

  add({ key, sinceMs }: Waiting): void {
    this.#since.set(key, sinceMs);
    const group = this.#groupOf(key);
    const keys = this.#groups.get(group) ?? new Set();
    this.#groups.set(group, keys.add(key));
  }

  /** Sets when all of them began to wait, milliseconds. */
  beginAt(ms: number): void {
    for (const key of this.#since.keys()) this.#since.set(key, ms);
  }

  /** Takes a key out. @returns it, or undefined when it does not wait. */
  remove(key: string): Waiting | undefined {
    const sinceMs = this.#since.get(key);
    if (sinceMs === undefined) return undefined;
    this.#since.delete(key);
    const group = this.#groupOf(key);
    const keys = this.#groups.get(group);
    keys?.delete(key);
    if (keys?.size === 0) this.#groups.delete(group);
    return { key, sinceMs };
  }

  /** Takes the key whose turn it is; its group's next turn comes after those of all others. */
  next(): Waiting | undefined {
    const [first] = this.#groups;
    if (first === undefined) return undefined;
    const [group, keys] = first;
    const [key = ''] = keys;
    this.#groups.delete(group);
    if (keys.size > 1) this.#groups.set(group, keys);
    return this.remove(key);
  }

  clear(): void {
    this.#since.clear();
    this.#groups.clear();
  }
}
