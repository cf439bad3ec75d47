import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, digest } from './json.ts';

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, child]) => [name, shuffled(child)]),
  );
};

describe('canonical', () => {
  it('is JSON with its keys in order, without what is undefined', () => {
    expect(canonical({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
  });

  it.each([
    [null, 'null'],
    ['', '""'],
    [{}, '{}'],
    [[], '[]'],
    [true, 'true'],
  ])('of %j is %s', (value, text) => {
    expect(canonical(value)).toBe(text);
  });

  it('loses nothing of plain JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('digest', () => {
  it('is the same for the same content, in whichever order its keys are', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(digest(shuffled(value))).toBe(digest(value));
      }),
    );
  });

  it('differs where the content differs, also in the order of a list', () => {
    const all = [{ a: 1 }, { a: '1' }, { a: null }, { b: 1 }, {}, [], [1, 2], [2, 1], [[1], 2], '', 'null', null];
    expect(new Set(all.map(digest)).size).toBe(all.length);
  });

  it('does not tell what is missing from what is undefined', () => {
    expect(digest({ a: 1, b: undefined })).toBe(digest({ a: 1 }));
  });
});
