import { describe, expect, it } from 'vitest';
import { climb, holdsAt } from './knee.ts';

describe('climb', () => {
  it.each([150, 333, 720, 1_500])('finds a knee at %i nearly, and never beyond it', async (knee) => {
    const tried: number[] = [];
    const found = await climb(async (perSecond) => {
      tried.push(perSecond);
      return Promise.resolve(perSecond <= knee);
    });
    expect(found).toBeLessThanOrEqual(knee);
    expect(found).toBeGreaterThan(knee * 0.95);
    expect(tried).toContain(found);
  });

  it('is 0 where no rate holds', async () => {
    expect(await climb(async () => Promise.resolve(false))).toBe(0);
  });
});

describe('holdsAt', () => {
  const good = { requests: 1000, errors: 5, mean: 0, p50: 1, p95: 400, p99: 2000 };

  it('asks for the latency and for answers', () => {
    expect(holdsAt(good)).toBe(true);
    expect(holdsAt({ ...good, p95: 401 })).toBe(false);
    expect(holdsAt({ ...good, errors: 6 })).toBe(false);
  });
});
