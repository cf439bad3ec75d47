import { describe, expect, it } from 'vitest';
import type { Sample } from './arrivals.ts';
import { disturbanceOf, errorsIn, experienceOf } from './experience.ts';

const sample = (dueMs: number, latencyMs: number, status = 200): Sample => ({
  name: 'lesson',
  status,
  dueMs,
  latencyMs,
  lateMs: 0,
});

describe('experienceOf', () => {
  it('counts errors and tells latencies, those of errors too', () => {
    const samples = [sample(0, 10), sample(10, 20), sample(20, 30, 503), sample(30, 1000, 0)];
    expect(experienceOf(samples)).toEqual({ requests: 4, errors: 2, mean: 265, p50: 20, p95: 1000, p99: 1000 });
  });
});

describe('errorsIn', () => {
  it('says what failed how often', () => {
    const samples = [sample(0, 1), sample(0, 1, 503), sample(0, 1, 503), { ...sample(0, 1, 0), name: 'join' }];
    expect(errorsIn(samples)).toEqual(['lesson 503: 2', 'join 0: 1']);
  });
});

describe('disturbanceOf', () => {
  it('is none when all is answered in time', () => {
    const samples = [sample(0, 5), sample(100, 5), sample(200, 5)];
    expect(disturbanceOf(samples, 50)).toEqual({ errors: 0, longestGapMs: 100, normalAfterMs: 0 });
  });

  it('lasts until the last failure or slow answer', () => {
    const samples = [
      sample(0, 5),
      sample(100, 500),
      sample(200, 5, 503),
      sample(700, 5),
      sample(900, 401),
      sample(1000, 5),
    ];
    expect(disturbanceOf(samples, 150)).toEqual({ errors: 1, longestGapMs: 595, normalAfterMs: 750 });
  });

  it('does not count what was bad before', () => {
    expect(disturbanceOf([sample(0, 1000), sample(200, 5)], 100).normalAfterMs).toBe(0);
  });
});
