import { describe, expect, it } from 'vitest';
import { openTo, refusal, type ClassDoor } from './enrolment.ts';

const NOW_MS = Date.parse('2026-11-25T09:00:00Z');
const OPEN: ClassDoor = {
  mode: 'open',
  isLocked: false,
  isArchived: false,
  expiresAtMs: NOW_MS + 1,
  isConsented: true,
};

describe('the door of a class', () => {
  it.each<[string, Partial<ClassDoor>, ReturnType<typeof openTo>, string | undefined, string | undefined]>([
    ['is open to everyone', {}, 'everyone', undefined, undefined],
    ['takes only who was there before', { mode: 'returning' }, 'returning', 'returning', undefined],
    ['takes nobody when closed', { mode: 'closed' }, 'nobody', 'closed', 'closed'],
    ['takes nobody when locked, whatever the mode', { isLocked: true, mode: 'closed' }, 'nobody', 'locked', 'locked'],
    ['waits for a consent', { isConsented: false, isLocked: true }, 'nobody', 'consent', 'consent'],
    ['is over when archived', { isArchived: true, isConsented: false }, 'nobody', 'over', 'over'],
    ['is over from the moment that it expires', { expiresAtMs: NOW_MS }, 'nobody', 'over', 'over'],
  ])('%s', (_, change, who, newcomer, returning) => {
    const door = { ...OPEN, ...change };
    expect(openTo(door, NOW_MS)).toBe(who);
    expect(refusal(door, 'new', NOW_MS)).toBe(newcomer);
    expect(refusal(door, 'returning', NOW_MS)).toBe(returning);
  });
});
