import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createJoinGuard, type Attempt } from './join-guard.ts';
import { createRates } from './rates.ts';

const ATTEMPT: Attempt = { address: '203.0.113.7', code: 'ABCDEFGH', returning: false };

/** Over rates that this process counts alone, as while the cache is away. */
function guard() {
  let nowMs = Date.parse('2026-11-25T08:00:00Z');
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const away = async () => Promise.resolve(undefined);
  const rates = createRates({ cache: { takeToken: away, lookForToken: away }, digest, clock: () => nowMs });
  return {
    ...createJoinGuard(rates, digest),
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

const times = async (count: number, work: () => Promise<void> | void) => {
  for (let done = 0; done < count; done += 1) await work();
};
const refused = expect.objectContaining({ parts: expect.objectContaining({ status: 429 }) as unknown }) as Error;

describe('the guard of class codes', () => {
  it('refuses an address after 300 wrong codes, with the right one too, and lets it try again after a second', async () => {
    const { admit, wrongCode, pass } = guard();
    await times(300, () => {
      wrongCode({ ...ATTEMPT, code: 'WR0NG000' });
    });
    await expect(admit(ATTEMPT)).rejects.toEqual(refused);
    await expect(admit({ ...ATTEMPT, address: '203.0.113.8' })).resolves.toBeUndefined();
    pass(1000);
    await expect(admit(ATTEMPT)).resolves.toBeUndefined();
  });

  it('takes a code that was right from the address before, whatever else is typed there', async () => {
    const { admit, right, wrongCode } = guard();
    right(ATTEMPT);
    await times(300, () => {
      wrongCode({ ...ATTEMPT, code: 'WR0NG000' });
    });
    await expect(admit(ATTEMPT)).resolves.toBeUndefined();
    await expect(admit({ ...ATTEMPT, code: 'ABCDEFGJ' })).rejects.toEqual(refused);
  });

  it('counts no right code as wrong: a school of 1,500 in 50 classes comes in from one address', async () => {
    const { admit, right } = guard();
    for (let student = 0; student < 1500; student += 1) {
      const attempt = { ...ATTEMPT, code: `ABCDEF${String(student % 50).padStart(2, '0')}` };
      await admit(attempt);
      right(attempt);
    }
  });

  it('refuses return codes of a class after 60 wrong ones, from wherever, and still lets newcomers in', async () => {
    const { admit, wrongReturnCode } = guard();
    let host = 0;
    await times(60, () => {
      host += 1;
      wrongReturnCode({ ...ATTEMPT, address: `203.0.113.${host}`, returning: true });
    });
    await expect(admit({ ...ATTEMPT, returning: true })).rejects.toEqual(refused);
    await expect(admit(ATTEMPT)).resolves.toBeUndefined();
    await expect(admit({ ...ATTEMPT, code: 'ABCDEFGJ', returning: true })).resolves.toBeUndefined();
  });
});
