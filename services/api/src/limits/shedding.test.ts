import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { PRIORITIES, type Priority } from '../http/classes.ts';
import { Problem } from '../http/problems.ts';
import { createShedding, isShed, lasting, type SheddingParts } from './shedding.ts';

const calm = { databaseWaitMs: () => 0, eventLoopDelayMs: () => 0 };

function refusedBy(parts: Partial<SheddingParts>, which: 'admit' | 'admitToDatabase'): Priority[] {
  const shedding = createShedding({ ...calm, ...parts });
  return PRIORITIES.filter((priority) => {
    try {
      shedding[which]({ priority });
      return false;
    } catch (error) {
      expect(error).toBeInstanceOf(Problem);
      expect((error as Problem).parts).toMatchObject({ status: 503, retryAfterSeconds: 2 });
      return true;
    }
  });
}

describe('shedding', () => {
  it.each([
    [0, []],
    [100, []],
    [101, ['deferrable']],
    [400, ['deferrable']],
    [401, ['normal', 'deferrable']],
    [1e9, ['normal', 'deferrable']],
  ])('at %i ms refuses %j', (ms, refused) => {
    expect(refusedBy({ eventLoopDelayMs: () => ms }, 'admit')).toEqual(refused);
    expect(refusedBy({ databaseWaitMs: () => ms }, 'admitToDatabase')).toEqual(refused);
  });

  it('asks each bottleneck where it matters: what the cache answers does not wait for the database', () => {
    expect(refusedBy({ databaseWaitMs: () => 1e9 }, 'admit')).toEqual([]);
    expect(refusedBy({ eventLoopDelayMs: () => 1e9 }, 'admitToDatabase')).toEqual([]);
  });

  it('never refuses what is essential, and nothing before what can wait longer', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, noNaN: true }), (ms) => {
        expect(isShed({ priority: 'essential' }, ms)).toBe(false);
        if (isShed({ priority: 'normal' }, ms)) expect(isShed({ priority: 'deferrable' }, ms)).toBe(true);
        expect(isShed({}, ms)).toBe(isShed({ priority: 'normal' }, ms));
      }),
    );
  });

  it('tells what it refused and why', () => {
    const refused = vi.fn();
    refusedBy({ databaseWaitMs: () => 200, refused }, 'admitToDatabase');
    expect(refused.mock.calls).toEqual([['deferrable', 'database']]);
  });

  it('takes a single stall, as when a process starts, for no load', () => {
    const stays = lasting();
    expect([900, 0, 300, 800, 500, 0].map(stays)).toEqual([0, 0, 0, 300, 500, 0]);
  });

  it('sees that this process is late, and that it no longer is', async () => {
    const shedding = createShedding({ databaseWaitMs: () => 0 });
    const admitted = (): boolean => {
      try {
        shedding.admit({ priority: 'deferrable' });
        return true;
      } catch {
        return false;
      }
    };
    let busy = true;
    const keepBusy = (): void => {
      const endMs = performance.now() + 250;
      while (performance.now() < endMs);
      if (busy) setImmediate(keepBusy);
    };
    keepBusy();
    try {
      await vi.waitUntil(() => !admitted(), { timeout: 20_000 });
      busy = false;
      await vi.waitUntil(admitted, { timeout: 20_000 });
    } finally {
      busy = false;
      shedding.stop();
    }
  });
});
