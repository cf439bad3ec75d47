import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alias, ALIASES } from './aliases.ts';
import { classCode, normalCode, shownCode } from './codes.ts';
import { cursorAfter, positionOf } from './cursor.ts';

describe('class codes', () => {
  const bytes = fc.uint8Array({ minLength: 8, maxLength: 8 });

  it('are understood as shown, in small letters, spaced out and with look-alikes', () => {
    fc.assert(
      fc.property(bytes, (random) => {
        const code = classCode(random);
        for (const typed of [
          code,
          shownCode(code),
          code.toLowerCase(),
          code.replaceAll(/(.)/g, '$1 '),
          code.replaceAll('0', 'o'),
        ])
          expect(normalCode(typed)).toBe(code);
      }),
    );
  });

  it('are drawn evenly: every byte value stands for one of 32 symbols, eight times each', () => {
    const counts = new Map<string, number>();
    for (let byte = 0; byte < 256; byte += 1) {
      const symbol = classCode(new Uint8Array(8).fill(byte)).slice(0, 1);
      counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    }
    expect(new Set(counts.values())).toEqual(new Set([8]));
  });

  it('refuses anything else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (typed) => {
        const code = normalCode(typed);
        if (code !== undefined) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
      }),
    );
    for (const typed of ['', 'ABCDEFG', 'ABCDEFGHJ', 'ABCDEFGU', 'ABCD_EFG']) expect(normalCode(typed)).toBeUndefined();
  });
});

describe('aliases', () => {
  it('are all different and hold no character of a name field', () => {
    const all = new Set(Array.from({ length: ALIASES }, (_, index) => alias((index + 0.5) / ALIASES)));
    expect(all.size).toBe(ALIASES);
    expect([...all].every((each) => /^[A-Z][a-z]+ [A-Z][a-z]+ \d{1,2}$/.test(each))).toBe(true);
  });
});

describe('cursors', () => {
  it('give back the position they were made of, and nothing for what we did not make', () => {
    const positions = fc.array(fc.oneof(fc.maxSafeInteger(), fc.string()), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(positions, (position) => {
        expect(positionOf('list', cursorAfter('list', position), position.length)).toEqual(position);
        expect(positionOf('other', cursorAfter('list', position), position.length)).toBeUndefined();
        expect(positionOf('list', cursorAfter('list', position), position.length + 1)).toBeUndefined();
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => positionOf('list', text, 1) === undefined));
    for (const text of ['', 'x', cursorAfter('list', [1.5])]) expect(positionOf('list', text, 1)).toBeUndefined();
  });
});
