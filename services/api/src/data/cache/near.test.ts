import { describe, expect, it } from 'vitest';
import { createNear, NEAR_MS } from './near.ts';

describe('near memory', () => {
  it('answers for two seconds and not a moment longer', () => {
    let now = 1;
    const near = createNear(() => now);
    near.set('lesson', 'a');
    now += NEAR_MS;
    expect(near.get('lesson')).toBe('a');
    now += 1;
    expect(near.get('lesson')).toBeUndefined();
  });

  it('is bounded: what was not asked for longest goes first', () => {
    const near = createNear();
    const large = 'x'.repeat(5 * 1024 * 1024);
    for (const key of ['a', 'b', 'c']) near.set(key, large);
    expect(near.get('a')).toBe(large);
    near.set('d', large);
    expect(['a', 'b', 'c', 'd'].filter((key) => near.get(key) !== undefined)).toEqual(['a', 'c', 'd']);
  });

  it('does not keep what is larger than itself', () => {
    const near = createNear();
    near.set('huge', 'x'.repeat(17 * 1024 * 1024));
    expect(near.get('huge')).toBeUndefined();
  });
});
