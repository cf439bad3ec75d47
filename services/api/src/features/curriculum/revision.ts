/**
 * Which state the curriculum is in: a number that grows with everything that is published or retired. What is kept of lessons
 * is kept by it, so that a publication makes all of it unasked for at once, and nothing that was loaded before it can pass for
 * what is there after it, whatever the cache does meanwhile.
 */
import type { Kysely } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';

/** For this long a pod goes by what it knows. A publication that it is not told of is seen after it, while the database answers. */
const KNOWN_MS = 2_000;
/** From this age on it is looked at again, and nobody waits for that. */
const RENEWED_MS = 1_000;
/** A database that does not say so within this time has published nothing that it could show either. */
const WAIT_MS = 250;

/** @returns the revision as the database has it. What was published stays, so the counts only grow. */
export async function readRevision(db: Kysely<DB>): Promise<number> {
  const { published, retired } = await db
    .selectFrom('lesson_versions')
    .select(({ fn }) => [fn.count('published_at').as('published'), fn.count('retired_at').as('retired')])
    .executeTakeFirstOrThrow();
  return Number(published) + Number(retired);
}

export class Revision {
  readonly #read: () => Promise<number>;
  readonly #clock: () => number;
  #value: number | undefined;
  #seenMs = -Infinity;
  #reading: Promise<void> | undefined;

  /** @param clock - milliseconds */
  constructor(read: () => Promise<number>, clock: () => number = () => performance.now()) {
    this.#read = read;
    this.#clock = clock;
  }

  /** @returns what is known well enough to go by without waiting, or undefined. */
  known(): number | undefined {
    const ageMs = this.#clock() - this.#seenMs;
    if (ageMs >= KNOWN_MS) return undefined;
    if (ageMs >= RENEWED_MS) void this.#renew().catch(() => undefined);
    return this.#value;
  }

  /** @returns the revision, from the database unless that takes too long. @throws its error when it never has answered. */
  async current(): Promise<number> {
    const known = this.known();
    if (known !== undefined) return known;
    const reading = this.#renew();
    if (this.#value === undefined) await reading;
    else await Promise.race([reading.catch(() => undefined), elapsed(WAIT_MS)]);
    if (this.#value === undefined) throw new Error('the revision of the curriculum is not known');
    return this.#value;
  }

  /** Hears of a publication. */
  told(revision: number): void {
    if (!Number.isSafeInteger(revision) || revision <= (this.#value ?? -1)) return;
    this.#value = revision;
    this.#seenMs = this.#clock();
  }

  async #renew(): Promise<void> {
    this.#reading ??= this.#look().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #look(): Promise<void> {
    try {
      const read = await this.#read();
      this.#value = Math.max(read, this.#value ?? read);
    } finally {
      // Also when it was not answered: it is not asked anew by every request meanwhile.
      this.#seenMs = this.#clock();
    }
  }
}

const elapsed = async (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
