import { describe, expect, it } from 'vitest';
import { createMemory } from './memory.ts';
import { createNear } from './near.ts';
import type { Found, Store } from './store.ts';

/** A cache for all pods, that can be taken away. */
class Shared implements Store {
  readonly values = new Map<string, string>();
  away = false;

  async find(key: string): Promise<Found> {
    if (this.away) return Promise.resolve('unknown');
    const value = this.values.get(key);
    if (value === undefined) return Promise.resolve('empty');
    return Promise.resolve(value === '' ? 'closed' : { value });
  }

  async fill(key: string, value: string): Promise<void> {
    if (!this.away && !this.values.has(key)) this.values.set(key, value);
    return Promise.resolve();
  }

  async forget(keys: readonly string[]): Promise<boolean> {
    if (this.away) return Promise.resolve(false);
    for (const key of keys) this.values.set(key, '');
    return Promise.resolve(true);
  }
}

const pod = (store: Shared) => {
  const told: string[] = [];
  let now = 1;
  const memory = createMemory({
    near: createNear(() => now),
    store,
    random: () => 0,
    tellOthers: async (keys) => {
      told.push(...keys);
      return Promise.resolve();
    },
  });
  const later = () => (now += 10_000);
  return { ...memory, told, later };
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

  it('does not remember that there is nothing', async () => {
    const one = pod(new Shared());
    expect(await one.remember('a', 60, value(undefined))).toBeUndefined();
    expect(await one.remember('a', 60, value('A'))).toBe('A');
  });

  it('loads while the cache is away, once a moment', async () => {
    const shared = new Shared();
    shared.away = true;
    const one = pod(shared);
    expect(await one.remember('a', 60, value('A'))).toBe('A');
    expect(await one.remember('a', 60, never)).toBe('A');
    one.later();
    expect(await one.remember('a', 60, value('B'))).toBe('B');
    expect(shared.values.size).toBe(0);
  });
});

describe('forget', () => {
  it('is seen at once here and tells the others', async () => {
    const shared = new Shared();
    const [one, two] = [pod(shared), pod(shared)];
    await one.remember('a', 60, value('old'));
    await two.remember('a', 60, never);
    await one.forget('a');
    expect(one.told).toEqual(['a']);
    two.forgetHere(one.told);
    expect(await one.remember('a', 60, value('new'))).toBe('new');
    expect(await two.remember('a', 60, value('new'))).toBe('new');
  });

  it('lets nobody keep what was loaded before it', async () => {
    const shared = new Shared();
    const [one, two] = [pod(shared), pod(shared)];
    const slow = Promise.withResolvers<string>();
    const before = two.remember('a', 60, async () => slow.promise);
    await one.forget('a');
    two.forgetHere(one.told);
    slow.resolve('old');
    expect(await before).toBe('old');
    expect(await two.remember('a', 60, value('new'))).toBe('new');
    expect(shared.values.get('a')).toBe('');
  });

  it('holds when the other pod does not hear of it: the cache is closed to what it brings', async () => {
    const shared = new Shared();
    const [one, two] = [pod(shared), pod(shared)];
    const slow = Promise.withResolvers<string>();
    const before = two.remember('a', 60, async () => slow.promise);
    await one.forget('a');
    slow.resolve('old');
    await before;
    two.later();
    expect(await two.remember('a', 60, value('new'))).toBe('new');
  });

  it('is made up for when the cache was away, and until then what it holds is not believed', async () => {
    const shared = new Shared();
    const one = pod(shared);
    await one.remember('a', 60, value('old'));
    shared.away = true;
    await one.forget('a');
    shared.away = false;
    expect(await one.remember('a', 60, value('new'))).toBe('new');
    one.forgetLate();
    await Promise.resolve();
    expect(shared.values.get('a')).toBe('');
  });
});
