import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Actor } from '../access/roles.ts';
import { createRates, type RatesParts } from './rates.ts';

const NOBODY: Actor = { kind: 'anonymous' };
const student = (enrolmentId: string): Actor => ({ kind: 'student', enrolmentId, classroomId: 'c' });
const START = Date.UTC(2026, 10, 25, 14);

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Rates without a cache, by a clock that is set. */
function rates(parts: Partial<RatesParts> = {}) {
  let nowMs = START;
  const nothing = async () => Promise.resolve(undefined);
  const away = { takeToken: nothing, lookForToken: nothing };
  const each = createRates({ cache: away, digest, clock: () => nowMs, ...parts });
  return { ...each, pass: (ms: number) => void (nowMs += ms) };
}

/** @returns how many of so many calls at once were admitted. */
async function admitted(times: number, call: () => Promise<void>): Promise<number> {
  const outcomes = await Promise.allSettled(Array.from({ length: times }, call));
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}

describe('rates while the cache is away', () => {
  it('admit 20 at once and then 10 a second of each subject', async () => {
    const { admit, pass } = rates();
    const one = async () => admit({ rate: 'subject' }, student('1'), '203.0.113.7');
    expect(await admitted(30, one)).toBe(20);
    pass(1_000);
    expect(await admitted(30, one)).toBe(10);
    expect(await admitted(20, async () => admit({ rate: 'subject' }, student('2'), '203.0.113.7'))).toBe(20);
  });

  it('say when to come again', async () => {
    const { admit } = rates();
    const one = async () => admit({ rate: 'subject' }, student('1'), '');
    await admitted(20, one);
    await expect(one()).rejects.toMatchObject({
      parts: { status: 429, retryAfterSeconds: 1, detail: 'That is more than 10 a second. Wait 1 s.' },
    });
  });

  it('let a school of 1,500 behind one address join, and its 200 adults sign in, in the same minute', async () => {
    const { admit } = rates();
    expect(await admitted(1_500, async () => admit({ rate: 'join' }, NOBODY, '203.0.113.7'))).toBe(1_500);
    expect(await admitted(200, async () => admit({ rate: 'signIn' }, NOBODY, '203.0.113.7'))).toBe(200);
  });

  it('count nobody on what is open', async () => {
    const refuse = async () => Promise.reject(new Error('asked'));
    await rates({ cache: { takeToken: refuse, lookForToken: refuse } }).admit({ rate: 'open' }, NOBODY, '203.0.113.7');
  });
});

describe('budgets', () => {
  it('let one class join at once, with everybody coming back', async () => {
    const { charge } = rates();
    expect(await admitted(400, async () => charge('codeJoins', 'code'))).toBe(400);
  });

  it('leave little room to guess: three hundred wrong codes, then one a second', async () => {
    const { charge, caller, pass } = rates();
    const guess = async () => charge('wrongCodes', caller('203.0.113.7'));
    expect(await admitted(10_000, guess)).toBe(300);
    pass(60_000);
    expect(await admitted(10_000, guess)).toBe(60);
  });

  it('are looked at without being used up, before what only a failure is charged for', async () => {
    const { charge, check, pass } = rates();
    const look = async () => check('failedSignIns', 'caller');
    const fail = async () => charge('failedSignIns', 'caller');
    expect(await admitted(1_000, look)).toBe(1_000);
    expect(await admitted(100, fail)).toBe(100);
    await expect(look()).rejects.toMatchObject({ parts: { status: 429, retryAfterSeconds: 36 } });
    pass(36_000);
    expect(await admitted(10, look)).toBe(10);
    expect(await admitted(10, fail)).toBe(1);
  });

  it('say how often in words that fit', async () => {
    const { charge } = rates();
    await admitted(20, async () => charge('accountSignIns', 'a'));
    await expect(charge('accountSignIns', 'a')).rejects.toMatchObject({
      parts: { detail: 'That is more than one in 5 seconds. Wait 5 s.' },
    });
  });
});

describe('what the cache is told', () => {
  it('is no address, and another name each day', async () => {
    const keys: string[] = [];
    const { admit, pass } = rates({
      cache: {
        takeToken: async (key: string) => {
          keys.push(key);
          return Promise.resolve(0);
        },
        lookForToken: async () => Promise.resolve(0),
      },
    });
    await admit({ rate: 'join' }, NOBODY, '203.0.113.7');
    pass(86_400_000);
    await admit({ rate: 'join' }, NOBODY, '203.0.113.7');
    expect(new Set(keys).size).toBe(2);
    for (const key of keys) expect(key).toMatch(/^rate:join:[\w-]{22}$/);
  });

  it('is told of what was refused, by what it was', async () => {
    const refused: string[] = [];
    const { admit } = rates({ refused: (what) => refused.push(what) });
    await admitted(22, async () => admit({ rate: 'subject' }, student('1'), ''));
    expect(refused).toEqual(['subject', 'subject']);
  });
});
