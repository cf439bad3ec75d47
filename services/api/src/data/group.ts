/**
 * What is asked for one at a time and loaded together: whoever of a group was asked for lately is loaded with the next one, since
 * a class works at the same time. Kept for a moment; with the source away, what was known before that.
 */

/** Who was not asked for in this time is not loaded with others, milliseconds: a lesson has moments in which nobody sends a thing. */
const LATELY_MS = 60_000;

export interface GroupParts<T> {
  /** @returns what there is of each, by key. */
  readonly load: (members: readonly T[]) => Promise<ReadonlyMap<string, number>>;
  readonly keyOf: (member: T) => string;
  /** How long what was loaded is given without being looked at again, milliseconds. */
  readonly keptMs: number;
  /** A clock that never goes back, milliseconds. */
  readonly nowMs?: () => number;
}

interface Kept<T> {
  readonly member: T;
  /** Undefined where there is none. */
  readonly value: number | undefined;
  readonly atMs: number;
  askedAtMs: number;
}

interface Load<T> {
  readonly members: Map<string, T>;
  readonly done: Promise<void>;
}

export class Group<T> {
  readonly #parts: GroupParts<T> & { readonly nowMs: () => number };
  #kept: ReadonlyMap<string, Kept<T>> = new Map();
  /** Who is loaded next, and when that is done: after the load that is under way, which may have begun before what they ask about. */
  #next: Load<T> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: GroupParts<T>) {
    this.#parts = { nowMs: () => performance.now(), ...parts };
  }

  /** @returns what a member was a moment ago, or is; undefined where there is none. @throws what `load` throws when nothing is known. */
  async kept(member: T): Promise<number | undefined> {
    const { keyOf, keptMs, nowMs } = this.#parts;
    const known = this.#kept.get(keyOf(member));
    if (known !== undefined) {
      known.askedAtMs = nowMs();
      if (known.askedAtMs - known.atMs < keptMs) return known.value;
    }
    try {
      return await this.fresh(member);
    } catch (error) {
      // Where nothing was known it is the source that fails, and not that there is none.
      if (known === undefined) throw error;
      return known.value;
    }
  }

  /** @returns what a member is now. @throws what `load` throws. */
  async fresh(member: T): Promise<number | undefined> {
    const key = this.#parts.keyOf(member);
    const next = (this.#next ??= this.#begin());
    next.members.set(key, member);
    await next.done;
    return this.#kept.get(key)?.value;
  }

  #begin(): Load<T> {
    const members = new Map<string, T>();
    const done = this.#last.then(async () => {
      this.#next = undefined;
      await this.#load(members);
    });
    this.#last = done.catch(() => undefined);
    return { members, done };
  }

  async #load(asking: ReadonlyMap<string, T>): Promise<void> {
    const { load, nowMs } = this.#parts;
    const atMs = nowMs();
    const lately = [...this.#kept].filter(([, { askedAtMs }]) => atMs - askedAtMs < LATELY_MS);
    const members = new Map([...lately.map(([key, { member }]) => [key, member] as const), ...asking]);
    const found = await load([...members.values()]);
    const kept = [...members].map(([key, member]): [string, Kept<T>] => {
      const askedAtMs = asking.has(key) ? atMs : (this.#kept.get(key)?.askedAtMs ?? atMs);
      return [key, { member, value: found.get(key), atMs, askedAtMs }];
    });
    this.#kept = new Map(kept);
  }
}
