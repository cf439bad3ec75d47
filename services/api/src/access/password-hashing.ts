/**
 * Passwords are digested with Argon2id, which takes time and memory on purpose. A few at once and the others in turn, so that
 * the minutes in which everybody signs in leave the pod's cores to the lessons.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { COSTS, digestOf, normalPassword, phcOf, type Costs, type Digest } from '../domain/passwords.ts';
import { Problem } from '../http/problems.ts';
import { Turns } from './turns.ts';

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Of the four threads that Node has for this, two stay free for names and files. */
const AT_ONCE = 2;
/** Whoever comes later would wait for seconds. */
const MOST_WAITING = 60;

export interface Passwords {
  /** @returns what is stored of a password. @throws Problem 503 when too many wait. */
  readonly hash: (password: string) => Promise<string>;
  /**
   * @param stored - undefined where there is no account, or none with a password: that takes as long
   * @returns whether it is the password. @throws Problem 503 when too many wait.
   */
  readonly verify: (stored: string | undefined, password: string) => Promise<boolean>;
}

/** @returns Argon2id with the costs of domain/passwords.ts; what was stored at others is verified at those. */
export function createPasswords(): Passwords {
  const turns = new Turns(AT_ONCE, MOST_WAITING);
  const inTurn = async (password: string, salt: Buffer, costs: Costs): Promise<Buffer> => {
    const turn = turns.take(async () => derive(password, salt, costs));
    if (turn === undefined) throw new Problem({ status: 503, detail: CROWDED, retryAfterSeconds: 3 });
    return turn;
  };
  // What no password has: it is compared with, so that nobody sees in the time of an answer who has an account.
  const nobodys: Digest = { ...COSTS, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) };
  return {
    hash: async (password) => {
      const salt = randomBytes(SALT_BYTES);
      return phcOf({ ...COSTS, salt, hash: await inTurn(password, salt, COSTS) });
    },
    verify: async (stored, password) => {
      const { hash, salt, ...costs } = stored === undefined ? nobodys : digestOf(stored);
      const derived = await inTurn(password, salt, costs);
      return derived.length === hash.length && timingSafeEqual(derived, hash);
    },
  };
}

const CROWDED = 'Many people are signing in at the moment. Try again in a few seconds.';

const argon2Of = promisify(argon2);

const derive = async (password: string, salt: Buffer, { memoryKiB, passes, lanes }: Costs): Promise<Buffer> =>
  argon2Of('argon2id', {
    message: normalPassword(password),
    nonce: salt,
    parallelism: lanes,
    tagLength: HASH_BYTES,
    memory: memoryKiB,
    passes,
  });
