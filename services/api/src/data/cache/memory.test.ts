import { describe, expect, it } from 'vitest';
import { createMemory } from './memory.ts';
import { createNear } from './near.ts';
import type { Store } from './store.ts';

/** A cache for all pods, that can be taken away. */
class Shared implements Store {
  readonly values = new Map<string, string>();
  readonly seconds: number[] = [];
  away = false;

  async find(key: string): Promise<string | null | undefined> {
    return Promise.resolve(this.away ? undefined : (this.values.get(key) ?? null));
  }

  async keep(key: string, value: string, seconds: number): Promise<void> {
    if (!this.away) this.values.set(key, value);
    this.seconds.push(seconds);
    return Promise.resolve();
  }
}

const pod = (store: Shared, random = 0) => {
  let now = 1;
  const remember = createMemory({ near: createNear(() => now), store, random: () => random });
  const later = () => (now += 10_000);
  return { remember, later };
};
const value = (text: string | undefined) => async () => Promise.resolve(text);
const never = async () => Promise.reject(new Error('must not be loaded'));

describe('remember', () => {
  it('loads once, and has it from the pod, and then from the cache', async () => {
    const shared = new Shared();
    const [one, two] = [pod(shared), pod(shared)];
    expect(await one.remember('a', 60, value('A'))).toBe('A');
    expect(await one.remember('a', 60, never)).toBe('A');
    expect(await two.remember('a', 60, never)).toBe('A');
    one.later();
    expect(await one.remember('a', 60, never)).toBe('A');
  });

  it('loads once for all who ask at once', async () => {
    const { remember } = pod(new Shared());
    let loads = 0;
    const load = async () => {
      loads += 1;
      return Promise.resolve('A');
    };
    const asked = await Promise.all(Array.from({ length: 50 }, async () => remember('a', 60, load)));
    expect(new Set(asked)).toEqual(new Set(['A']));
    expect(loads).toBe(1);
  });

  it('keeps for the time, or a little less', async () => {
    const shared = new Shared();
    await pod(shared, 0).remember('a', 100, value('A'));
    await pod(shared, 0.5).remember('b', 100, value('B'));
    expect(shared.seconds).toEqual([100, 95]);
  });

  it('does not remember that there is nothing, nor a fault', async () => {
    const one = pod(new Shared());
    expect(await one.remember('a', 60, value(undefined))).toBeUndefined();
    await expect(one.remember('a', 60, never)).rejects.toThrow('must not be loaded');
    expect(await one.remember('a', 60, value('A'))).toBe('A');
  });

  it('loads while the cache is away, once a moment, and keeps nothing there', async () => {
    const shared = new Shared();
    shared.away = true;
    const one = pod(shared);
    expect(await one.remember('a', 60, value('A'))).toBe('A');
    expect(await one.remember('a', 60, never)).toBe('A');
    one.later();
    expect(await one.remember('a', 60, value('B'))).toBe('B');
    expect(shared.seconds).toEqual([]);
  });
});
