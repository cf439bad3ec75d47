import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moved, OPEN_STATES, PUBLIC_STATES, STATES, type Move, type State } from './review.ts';

const MOVES: readonly Move[] = ['change', 'discard', 'submit', 'approve', 'reject', 'publish', 'retire'];

/** States that a version goes through by moves, refused ones passed over; it ends when it is discarded. */
function life(moves: readonly Move[]): State[] {
  const states: State[] = ['draft'];
  for (const move of moves) {
    const next = moved(states.at(-1) ?? 'draft', move);
    if (!next.ok) continue;
    if (next.to === undefined) break;
    states.push(next.to);
  }
  return states;
}

describe('moved', () => {
  it('leads from a draft to what is published and retired', () => {
    expect(life(['submit', 'approve', 'publish', 'retire'])).toEqual([
      'draft',
      'review',
      'approved',
      'published',
      'retired',
    ]);
  });

  it('leads back when it is rejected', () => {
    expect(life(['submit', 'reject', 'change', 'submit', 'approve', 'reject'])).toEqual([
      'draft',
      'review',
      'draft',
      'draft',
      'review',
      'approved',
      'draft',
    ]);
  });

  it.each<[Move, readonly State[]]>([
    ['change', ['draft']],
    ['discard', ['draft', 'review', 'approved']],
    ['submit', ['draft']],
    ['approve', ['review']],
    ['reject', ['review', 'approved']],
    ['publish', ['approved']],
    ['retire', ['published']],
  ])('%s begins nowhere else', (move, from) => {
    expect(STATES.filter((state) => moved(state, move).ok)).toEqual(from);
  });

  it('says where a move that is refused begins', () => {
    expect(moved('published', 'change')).toEqual({
      ok: false,
      reason: 'It is in state published; change begins in draft.',
    });
  });

  it('publishes nothing that was not approved right before, and never changes what is published', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...MOVES), { maxLength: 40 }), (moves) => {
        const states = life(moves);
        const published = states.indexOf('published');
        if (published < 0) return;
        expect(states[published - 1]).toBe('approved');
        expect(states.slice(published + 1).filter((state) => state !== 'retired')).toEqual([]);
      }),
    );
  });

  it('has each state either being worked on or public', () => {
    expect([...OPEN_STATES, ...PUBLIC_STATES]).toEqual(STATES);
  });
});
