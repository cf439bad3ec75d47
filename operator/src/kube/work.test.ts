import { describe, expect, it } from 'vitest';
import { currentWork, withinWork, type Work } from './work.ts';

const newWork = (id: string): Work => ({ id, signal: new AbortController().signal, requests: 0, fields: {} });

describe('withinWork', () => {
  it('is followed through every call, and not beyond its end', async () => {
    const work = newWork('a');
    const seen: (Work | undefined)[] = [];
    await withinWork(work, async () => {
      seen.push(currentWork());
      await Promise.resolve();
      seen.push(currentWork());
      await Promise.all([1, 2].map(async () => Promise.resolve().then(() => seen.push(currentWork()))));
    });
    expect(seen).toEqual([work, work, work, work]);
    expect(currentWork()).toBeUndefined();
  });

  it('keeps apart what runs side by side', async () => {
    const work = async (id: string, turns: number): Promise<Work> => {
      const given = newWork(id);
      await withinWork(given, async () => {
        for (let n = 0; n < turns; n += 1) {
          await Promise.resolve();
          const current = currentWork();
          if (current !== undefined) current.requests += 1;
        }
      });
      return given;
    };
    const all = await Promise.all([work('a', 3), work('b', 5), work('c', 0)]);
    expect(all.map(({ requests }) => requests)).toEqual([3, 5, 0]);
  });

  it('gives back what the function does', () => {
    expect(withinWork(newWork('a'), () => 7)).toBe(7);
  });
});
