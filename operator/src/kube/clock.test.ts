import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchClock } from './clock.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Watches clocks of which the wall clock can be set. */
function watching() {
  const told: number[] = [];
  const stop = new AbortController();
  let setByMs = 0;
  const monotonicMs = (): number => performance.now();
  const clocks = { monotonicMs, wallMs: () => 1_800_000_000_000 + performance.now() + setByMs };
  const ended = watchClock((byMs) => told.push(byMs), stop.signal, { clocks });
  const set = (byMs: number): void => {
    setByMs += byMs;
  };
  return { told, stop, set, ended };
}

it('hears nothing while both clocks go on', async () => {
  const { told } = watching();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(told).toEqual([]);
});

it('tells within a second that the clock was set, forward and back, once each', async () => {
  const { told, set } = watching();
  set(600_000);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([600_000]);
  await vi.advanceTimersByTimeAsync(5_000);
  set(-30_000);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told).toEqual([600_000, -30_000]);
});

it('hears of a clock that drifts when it has come to matter', async () => {
  const { told, set } = watching();
  for (let second = 0; second < 25; second += 1) {
    set(100);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(told).toEqual([1_000, 1_000]);
});

it('stops when it is told to', async () => {
  const { told, set, stop, ended } = watching();
  stop.abort();
  await ended;
  set(600_000);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told).toEqual([]);
});
