import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canHaveHappened, INCIDENT_STATES, mayBecome } from './incidents.ts';

describe('the review of an incident', () => {
  it('goes forward or stays', () => {
    const states = fc.constantFrom(...INCIDENT_STATES);
    fc.assert(
      fc.property(states, states, (from, to) => {
        expect(mayBecome(from, to) && mayBecome(to, from)).toBe(from === to);
      }),
    );
    expect(mayBecome('new', 'reviewed')).toBe(true);
    expect(mayBecome('new', 'closed')).toBe(true);
    expect(mayBecome('closed', 'new')).toBe(false);
  });
});

describe('the day of an incident', () => {
  const now = new Date('2026-11-25T11:00:00Z');

  it.each([
    ['2026-11-25', true],
    // It is this day already in the Line Islands.
    ['2026-11-26', true],
    ['2026-11-27', false],
    ['2025-11-25', true],
    ['2025-11-01', false],
    ['2026-02-31', false],
    ['2026-13-01', false],
    ['0000-00-00', false],
  ])('%s can be one: %s', (date, expected) => {
    expect(canHaveHappened(date, now)).toBe(expected);
  });
});
