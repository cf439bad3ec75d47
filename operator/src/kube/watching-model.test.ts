import fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { connect } from './testing/connecting.ts';
import { FakeApiServer } from './testing/fake-api-server.ts';
import type { Fault } from './testing/faults.ts';
import { seeded } from './testing/seeded.ts';
import { SimulatedTime } from './testing/simulated-time.ts';
import { configMap, Watcher } from './testing/watcher.ts';

const NAMES = ['a', 'b', 'c', 'd'] as const;

const time = new SimulatedTime();
afterAll(() => {
  time[Symbol.dispose]();
});

/** What others do, what time does, and what goes wrong. */
type Step =
  | { readonly is: 'put' | 'remove'; readonly name: string }
  | { readonly is: 'compact' | 'bookmark' | 'end' | 'cut' }
  | { readonly is: 'pass'; readonly ms: number }
  | { readonly is: 'fail'; readonly fault: Fault; readonly times: number };

const name = fc.constantFrom(...NAMES);
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constantFrom<Fault>(
    { is: 'answer', status: 410 },
    { is: 'answer', status: 500 },
    { is: 'answer', status: 429, retryAfterSeconds: 3 },
    { is: 'html', status: 200 },
    { is: 'drop', when: 'before' },
    { is: 'hang' },
    { is: 'truncate' },
  ),
  fc.record({
    is: fc.constant('watch' as const),
    afterChanges: fc.integer({ min: 0, max: 2 }),
    then: fc.constantFrom('end', 'endMidLine', 'gone', 'silence', 'stall', 'tear'),
  }),
);
const steps = fc.array(
  fc.oneof<fc.WeightedArbitrary<Step>[]>(
    { weight: 6, arbitrary: fc.record({ is: fc.constant('put' as const), name }) },
    { weight: 3, arbitrary: fc.record({ is: fc.constant('remove' as const), name }) },
    { weight: 3, arbitrary: fc.record({ is: fc.constantFrom('compact', 'bookmark', 'end', 'cut') }) },
    { weight: 5, arbitrary: fc.record({ is: fc.constant('pass' as const), ms: fc.integer({ min: 50, max: 20_000 }) }) },
    {
      weight: 3,
      arbitrary: fc.record({ is: fc.constant('fail' as const), fault, times: fc.integer({ min: 1, max: 3 }) }),
    },
  ),
  { minLength: 5, maxLength: 40 },
);

async function take(step: Step, server: FakeApiServer): Promise<void> {
  switch (step.is) {
    case 'put':
      server.put(configMap(step.name, { at: String(performance.now()), after: server.resourceVersion }));
      return;
    case 'remove':
      if (server.names('configmaps', 'n').includes(step.name))
        server.remove('configmaps', { namespace: 'n', name: step.name });
      return;
    case 'compact':
      server.compact();
      return;
    case 'bookmark':
      server.sendBookmarks();
      return;
    case 'end':
      server.endWatches();
      return;
    case 'cut':
      server.cutWatches();
      return;
    case 'pass':
      return time.pass(step.ms, 500);
    case 'fail':
      server.fail({ fault: step.fault, times: step.times });
  }
}

/** Watches through all steps, and then until there has been no trouble for a while. */
async function watch(given: readonly Step[]): Promise<void> {
  await using server = await FakeApiServer.start();
  await using us = connect(server);
  const watcher = new Watcher(us);
  const running = watcher.run();
  for (const step of given) await take(step, server);
  server.liftFaults();
  await time.pass(150_000, 500);
  server.put(configMap('last'));
  // A watch that was opened in bad times may break with this very change.
  await time.pass(150_000, 500);
  expect(watcher.differences(server)).toEqual([]);
  expect(server.openWatches).toBe(1);
  expectTold(watcher);
  expectOnward(server);
  watcher.stop();
  await time.during(running);
}

/** Nothing is added that is there, nor changed or deleted that is not; in the end there is what was told. */
function expectTold({ told, store }: Watcher): void {
  const there = new Set<string>();
  for (const each of told) {
    const [type = '', name = ''] = each.split(' ');
    expect(there.has(name), `${each} in ${told.join(', ')}`).toBe(type !== 'added');
    if (type === 'deleted') there.delete(name);
    else there.add(name);
  }
  expect([...there].map((name) => `n/${name}`).sort()).toEqual(store.keys().sort());
}

/** It never goes back to a version from which it has told already. */
function expectOnward(server: FakeApiServer): void {
  const watches = server.requests.filter(({ verb }) => verb === 'watch');
  const versions = watches.map(({ query }) => Number(query.resourceVersion));
  expect(versions).toEqual(versions.toSorted((one, other) => one - other));
}

describe('a reflector', () => {
  it('holds in the end what the server holds, whatever has gone wrong', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer(), async (given, seed) => {
        using chance = vi.spyOn(Math, 'random').mockImplementation(seeded(seed));
        await watch(given);
        expect(chance).toHaveBeenCalled();
      }),
      { numRuns: 40 },
    );
  });
});
