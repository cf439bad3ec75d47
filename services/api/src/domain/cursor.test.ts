import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursorAfter, positionOf } from './cursor.ts';

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
