import { describe, expect, it } from 'vitest';
import { createFlights } from './flights.ts';

const counted = (gates: PromiseWithResolvers<string>[]) => async () => {
  const gate = Promise.withResolvers<string>();
  gates.push(gate);
  return gate.promise;
};

describe('single flight', () => {
  it('fetches once for all who ask at once, and again for those who come later', async () => {
    const flights = createFlights<string>();
    const gates: PromiseWithResolvers<string>[] = [];
    const asked = Array.from({ length: 100 }, async () => flights.join('a', counted(gates)));
    expect(gates).toHaveLength(1);
    gates[0]?.resolve('first');
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['first']));
    const later = flights.join('a', counted(gates));
    gates[1]?.resolve('second');
    expect(await later).toBe('second');
  });

  it('keeps what is different apart', async () => {
    const flights = createFlights<string>();
    expect(
      await Promise.all([
        flights.join('a', async () => Promise.resolve('A')),
        flights.join('b', async () => Promise.resolve('B')),
      ]),
    ).toEqual(['A', 'B']);
  });

  it('fails for those who have joined, and for nobody after', async () => {
    const flights = createFlights<string>();
    const failing = [1, 2].map(async () => flights.join('a', async () => Promise.reject(new Error('away'))));
    expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await flights.join('a', async () => Promise.resolve('back'))).toBe('back');
  });
});
