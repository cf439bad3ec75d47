import { describe, expect, it } from 'vitest';
import { countAt, fewest, most, reachedAt, risenAt, scaleDowns, secondsUnder, type Moment } from './standing.ts';

const moment = (seconds: number, ready: number, more: Partial<Moment> = {}): Moment => ({
  atMs: seconds * 1000,
  ready,
  pods: ready,
  wanted: ready,
  floor: 1,
  ...more,
});
const span = (from: number, to: number) => ({ fromMs: from * 1000, toMs: to * 1000 });

describe('secondsUnder', () => {
  const moments = [moment(0, 1), moment(10, 3), moment(20, 2), moment(25, 4)];

  it.each([
    ['none where as many were ready as were due', span(10, 20), 3, 0],
    ['all of it where fewer were', span(0, 10), 2, 10],
    ['a dip', span(10, 60), 3, 5],
    ['what lies within the span alone', span(22, 24), 3, 2],
    ['what was before it came to be so', span(5, 12), 3, 5],
  ])('counts %s', (_what, within, due, seconds) => {
    expect(secondsUnder(moments, within, due)).toBe(seconds);
  });

  it('takes what was not seen for none', () => {
    expect(secondsUnder([], span(0, 7), 1)).toBe(7);
    expect(secondsUnder([moment(5, 1)], span(0, 7), 1)).toBe(5);
  });
});

describe('scaleDowns', () => {
  const wanted = (...counts: number[]): Moment[] =>
    counts.map((count, index) => moment(index * 10, 1, { wanted: count }));

  it('counts falls, not steps up nor what stays', () => {
    expect(scaleDowns(wanted(1, 4, 4, 6, 5, 5, 2, 3), span(0, 100))).toBe(2);
    expect(scaleDowns(wanted(1, 2, 3, 3), span(0, 100))).toBe(0);
  });

  it('counts those within the span, the first instant of it included, the last one not', () => {
    const moments = wanted(5, 4, 3, 2);
    expect(scaleDowns(moments, span(10, 30))).toBe(2);
    expect(scaleDowns(moments, span(11, 31))).toBe(2);
  });
});

describe('counts', () => {
  const moments = [moment(0, 1), moment(10, 3), moment(20, 2)];

  it('are looked at from what stood as the span began', () => {
    expect([most(moments, span(5, 9), 'ready'), fewest(moments, span(5, 15), 'ready')]).toEqual([1, 1]);
    expect([most(moments, span(0, 30), 'ready'), fewest(moments, span(12, 30), 'ready')]).toEqual([3, 2]);
    expect(most([], span(0, 1), 'pods')).toBeNaN();
  });

  it('are what the last moment before says', () => {
    expect(countAt(moments, 9_999, 'ready')).toBe(1);
    expect(countAt(moments, 10_000, 'ready')).toBe(3);
    expect(countAt(moments, -1, 'ready')).toBeNaN();
  });

  it('rise at the first moment that has so many', () => {
    expect(risenAt(moments, 1_000, { of: 'ready', to: 2 })).toBe(10_000);
    expect(risenAt(moments, 11_000, { of: 'ready', to: 3 })).toBeNaN();
  });
});

it('so many are reached when the last of them is ready', () => {
  expect(reachedAt([30, 10, 20], 2)).toBe(20);
  expect(reachedAt([30, 10, 20], 4)).toBeNaN();
});
