/**
 * Keeps class codes and return codes from being found by trying. Wrong ones are counted by address and by class, right ones
 * are not, so that a bell locks no school out. Nothing that says a code or an address is kept: only digests of a secret.
 */
import { LRUCache } from 'lru-cache';
import type { Rates } from './rates.ts';

/** Codes that were right from an address today; a district's classes fit in. */
const MOST_KNOWN = 20_000;

export interface Attempt {
  readonly address: string;
  /** As it is kept, without dashes. */
  readonly code: string;
  readonly returning: boolean;
}

export interface JoinGuard {
  /**
   * @throws Problem 429 for an address from which too many codes were wrong. A code that was right from there before is taken
   *   all the same: otherwise one child that types nonsense could keep a whole school out.
   */
  readonly admit: (attempt: Attempt) => Promise<void>;
  readonly right: (attempt: Attempt) => void;
  /** Counts a code that is none. Nobody waits for it: whoever asks may hold a database connection. */
  readonly wrongCode: (attempt: Attempt) => void;
  readonly wrongReturnCode: (attempt: Attempt) => void;
}

/** @param digest - of a secret that the pods share */
export function createJoinGuard(
  rates: Pick<Rates, 'charge' | 'check' | 'caller'>,
  digest: (text: string) => Buffer,
): JoinGuard {
  const known = new LRUCache<string, true>({ max: MOST_KNOWN });
  const keyOf = (code: string): string => digest(code).toString('base64url').slice(0, 22);
  // The name of an address is another one each day, and what is known of it with it.
  const knownKey = ({ address, code }: Attempt): string => `${rates.caller(address)} ${keyOf(code)}`;
  const count = (charged: Promise<void>): void => {
    charged.catch(() => undefined);
  };
  return {
    admit: async (attempt) => {
      const { address, code, returning } = attempt;
      await Promise.all([
        known.has(knownKey(attempt)) ? undefined : rates.check('wrongCodes', rates.caller(address)),
        rates.charge('codeJoins', keyOf(code)),
        returning ? rates.check('wrongReturnCodes', keyOf(code)) : undefined,
      ]);
    },
    right: (attempt) => {
      known.set(knownKey(attempt), true);
    },
    wrongCode: ({ address }) => {
      count(rates.charge('wrongCodes', rates.caller(address)));
    },
    wrongReturnCode: ({ code }) => {
      count(rates.charge('wrongReturnCodes', keyOf(code)));
    },
  };
}
