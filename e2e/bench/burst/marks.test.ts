import { expect, it } from 'vitest';
import { isMark, marksIn, marksOf } from './marks.ts';

const sample = (dueMs: number, latencyMs: number, status = 200) => ({
  name: 'lesson',
  status,
  dueMs,
  latencyMs,
  lateMs: 0,
});
const moment = (atMs: number, ready: number) => ({ atMs, ready, pods: ready, wanted: ready, floor: 1 });

it('tells of each mark what was due since the one before, and the pods at it', () => {
  const samples = [sample(100, 10), sample(4_900, 30, 503), sample(5_000, 20), sample(14_000, 40)];
  const measures = marksOf('calendar', { samples, moments: [moment(0, 1), moment(16_000, 4)], bellMs: 10_000 });
  expect(measures.map(({ name, value }) => [name, value])).toEqual([
    ['bell, calendar, 5 s after the bell: pods ready', 1],
    ['bell, calendar, 5 s after the bell: p95', 30],
    ['bell, calendar, 5 s after the bell: errors', 1],
    ['bell, calendar, 15 s after the bell: pods ready', 4],
    ['bell, calendar, 15 s after the bell: p95', 40],
    ['bell, calendar, 15 s after the bell: errors', 0],
  ]);
  expect(measures.every(isMark)).toBe(true);
  expect(marksIn(measures)).toEqual([5, 15]);
});

it('tells nothing of a burst that was not', () => {
  expect(marksOf('alone', { samples: [], moments: [], bellMs: 0 })).toEqual([]);
});
