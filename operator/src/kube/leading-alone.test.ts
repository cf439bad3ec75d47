import fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { LEASE_TIMES } from './lease.ts';
import { Contender } from './testing/contender.ts';
import { FakeApiServer } from './testing/fake-api-server.ts';
import type { Fault } from './testing/faults.ts';
import { seeded } from './testing/seeded.ts';
import { SimulatedTime } from './testing/simulated-time.ts';

const NAMES = ['a', 'b', 'c'] as const;
const RUN_MS = 60_000;
const STEP_MS = 250;

const time = new SimulatedTime();
afterAll(() => {
  time[Symbol.dispose]();
});

/** From a moment on, for a while, requests of some meet a fault. */
interface Trouble {
  readonly atMs: number;
  readonly lastsMs: number;
  readonly whom: readonly string[];
  readonly fault: Fault;
}

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constantFrom<Fault>(
    { is: 'answer', status: 500 },
    { is: 'answer', status: 503, retryAfterSeconds: 3 },
    { is: 'answer', status: 429, retryAfterSeconds: 5 },
    { is: 'drop', when: 'before' },
    { is: 'drop', when: 'after' },
    { is: 'hang' },
    { is: 'truncate' },
  ),
  fc.record({ is: fc.constant('delay' as const), ms: fc.integer({ min: 100, max: 14_000 }) }),
  // Executed at once, and answered late.
  fc.record({
    is: fc.constant('trickle' as const),
    chunkBytes: fc.constant(400),
    everyMs: fc.integer({ min: 100, max: 9_000 }),
  }),
);
const moment = fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: RUN_MS }));
const somebody = fc.subarray([...NAMES], { minLength: 1 });
const spell = fc.record({ atMs: moment, lastsMs: fc.integer({ min: 500, max: 25_000 }), whom: somebody, fault });
/** The hardest: what was asked for is done at once and told late, and nothing is told after it. */
const lateAndLast: fc.Arbitrary<readonly Trouble[]> = fc
  .record({ atMs: moment, lateMs: fc.integer({ min: 1_000, max: 9_500 }), whom: somebody })
  .map(({ atMs, lateMs, whom }) => [
    { atMs, lastsMs: 1_000, whom, fault: { is: 'trickle', chunkBytes: 400, everyMs: lateMs } },
    { atMs: atMs + 1_000, lastsMs: 30_000, whom, fault: { is: 'hang' } },
  ]);
const troubles = fc
  .array(fc.oneof({ weight: 4, arbitrary: spell.map((each) => [each]) }, { weight: 1, arbitrary: lateAndLast }), {
    maxLength: 5,
  })
  .map((spells): readonly Trouble[] => spells.flat());

/** Three contend while there is trouble. @returns who led at the same time as another. */
async function contend(planned: readonly Trouble[], seed: number): Promise<string[]> {
  using chance = vi.spyOn(Math, 'random').mockImplementation(seeded(seed));
  await using server = await FakeApiServer.start();
  const contenders = NAMES.map((name) => new Contender(server, name));
  const startedMs = performance.now();
  for (const { atMs, lastsMs, whom, fault } of planned) {
    const isOn = (): boolean => {
      const nowMs = performance.now() - startedMs;
      return nowMs >= atMs && nowMs < atMs + lastsMs;
    };
    const when = ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): boolean =>
      isOn() && whom.includes(String(headers['user-agent']));
    server.fail({ when, fault, times: Infinity });
  }
  const together: string[] = [];
  const check = (): void => {
    const leading = contenders.filter(({ isLeading }) => isLeading).map(({ name }) => name);
    if (leading.length > 1) together.push(`${leading.join(' and ')} at ${performance.now() - startedMs} ms`);
  };
  for (const each of contenders) each.start(check);
  await time.pass(RUN_MS, STEP_MS);
  server.liftFaults();
  await time.pass(2 * LEASE_TIMES.durationMs + LEASE_TIMES.renewDeadlineMs, STEP_MS);
  expect(contenders.some(({ isLeading }) => isLeading)).toBe(true);
  await time.during(Promise.all(contenders.map(async (each) => each[Symbol.asyncDispose]())));
  expect(chance).toHaveBeenCalled();
  return together;
}

describe('whoever leads', () => {
  it(
    'leads alone, whatever goes wrong with whose requests; and in the end somebody does',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(troubles, fc.integer(), async (planned, seed) => {
          expect(await contend(planned, seed)).toEqual([]);
        }),
        { numRuns: 15 },
      );
    },
  );

  it(
    'leads alone though the answer that gave it the lease came late, and none after it',
    { timeout: 30_000 },
    async () => {
      const whom = ['a'];
      const together = await contend(
        [
          { atMs: 0, lastsMs: 30_000, whom: ['c'], fault: { is: 'hang' } },
          { atMs: 0, lastsMs: 100, whom: ['b'], fault: { is: 'answer', status: 429, retryAfterSeconds: 1 } },
          { atMs: 0, lastsMs: 1_000, whom, fault: { is: 'trickle', chunkBytes: 400, everyMs: 9_000 } },
          { atMs: 1_000, lastsMs: 40_000, whom, fault: { is: 'hang' } },
        ],
        1,
      );
      expect(together).toEqual([]);
    },
  );
});
