import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unstorableIn } from './unstorable.ts';

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
