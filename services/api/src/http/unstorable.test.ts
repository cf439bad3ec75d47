import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTooDeep, refuseUnstorable, unstorableIn } from './unstorable.ts';

const text = fc.string({ unit: 'grapheme' }).map((each) => each.replaceAll('\0', ''));

describe('unstorableIn', () => {
  it('lets all other JSON pass', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: text.filter((each) => each !== '') }), (value) => {
        expect(unstorableIn(value, '')).toBeUndefined();
      }),
    );
  });

  it.each([
    ['a NUL', { a: [{ 'b/c': 'x\0' }] }, '/body/a/0/b~1c'],
    ['half a pair', { a: ['ok', '\ud83d'] }, '/body/a/1'],
    ['a name with a NUL', { a: { 'x\0': 1 } }, '/body/a'],
    ['text alone', '\udc00', '/body'],
  ])('finds %s', (_what, body, pointer) => {
    expect(unstorableIn(body, '/body')).toBe(pointer);
  });

  it('takes whole pairs, and what is no text', () => {
    for (const value of ['\ud83d\ude00', 5, null, undefined, true, Buffer.from([0])])
      expect(unstorableIn(value, '/body')).toBeUndefined();
  });
});

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;

describe('what is nested', () => {
  it('is too deep before it is deep enough to be a danger', () => {
    expect(isTooDeep(nested(20))).toBe(false);
    // As deep as the largest body can be.
    for (const depth of [40, 100_000]) expect(isTooDeep(nested(depth))).toBe(true);
  });

  it('too deeply is refused, not failed at, also where a route judges by itself', () => {
    const body = { items: nested(30_000) };
    const request = { params: {}, query: {}, body };
    for (const judged of [[], ['items']])
      expect(() => {
        refuseUnstorable(request, ['body'], judged);
      }).toThrow(/nested more deeply/);
  });

  it('leaves what is judged by itself to who does', () => {
    const request = { params: {}, query: {}, body: { items: ['\0'], note: 'x' } };
    expect(() => {
      refuseUnstorable(request, ['body'], ['items']);
    }).not.toThrow();
    expect(() => {
      refuseUnstorable(request, ['body']);
    }).toThrow();
  });
});
