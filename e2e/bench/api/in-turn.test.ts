import { expect, it } from 'vitest';
import { inTurn, median } from './in-turn.ts';

it('takes turns, and who comes first does so as well', async () => {
  const order: string[] = [];
  const side = (name: string) => async () => Promise.resolve(order.push(name));
  const measured = await inTurn(3, { ours: side('ours'), theirs: side('theirs') });
  expect(order).toEqual(['ours', 'theirs', 'theirs', 'ours', 'ours', 'theirs']);
  expect(measured).toEqual({ ours: [1, 4, 5], theirs: [2, 3, 6] });
});

it.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2],
  [[7], 7],
])('the median of %j is %i', (values, middle) => {
  expect(median(values)).toBe(middle);
});
