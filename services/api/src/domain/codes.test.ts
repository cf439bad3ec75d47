import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classCode, normalCode, normalReturnCode, returnCode, shownCode } from './codes.ts';

const random = fc.uint8Array({ minLength: 8, maxLength: 8 });

describe.each([
  { name: 'class codes', draw: classCode, normal: normalCode, shown: /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/ },
  {
    name: 'return codes',
    draw: returnCode,
    normal: normalReturnCode,
    shown: /^[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3}$/,
  },
])('$name', ({ draw, normal, shown }) => {
  it('are understood as shown, in small letters, spaced out and with look-alikes', () => {
    fc.assert(
      fc.property(random, (bytes) => {
        const code = draw(bytes);
        expect(shownCode(code)).toMatch(shown);
        for (const typed of [
          code,
          shownCode(code),
          code.toLowerCase(),
          code.replaceAll(/(.)/g, '$1 '),
          code.replaceAll('0', 'o').replaceAll('1', 'l'),
        ])
          expect(normal(typed)).toBe(code);
      }),
    );
  });

  it('are drawn evenly: every byte value stands for one of 32 symbols, eight times each', () => {
    const counts = new Map<string, number>();
    for (let byte = 0; byte < 256; byte += 1) {
      const symbol = draw(new Uint8Array(8).fill(byte)).slice(0, 1);
      counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    }
    expect(counts.size).toBe(32);
    expect(new Set(counts.values())).toEqual(new Set([8]));
  });

  it('are nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (typed) => {
        const code = normal(typed);
        if (code !== undefined) expect(shownCode(code)).toMatch(shown);
      }),
    );
  });
});

it('a class code is no return code, and the other way round', () => {
  expect(normalReturnCode('ABCD-EFGH')).toBeUndefined();
  expect(normalCode('ABC-DEF')).toBeUndefined();
});
