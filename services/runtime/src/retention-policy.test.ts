import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutoffOf, parseRetentionPolicy, retentionPolicy } from './retention-policy.ts';

const rule = (kept: string, maxAge = '90d') => ({
  class: kept,
  maxAge,
  purpose: 'Lessons go on where they stopped.',
  need: 'A term.',
});
const parsed = (...rules: object[]) => parseRetentionPolicy(JSON.stringify(rules));

describe('parseRetentionPolicy', () => {
  it('reads the rules, in days', () => {
    expect(parsed(rule('StudentSession')).rules).toEqual([
      { class: 'StudentSession', maxAgeDays: 90, purpose: 'Lessons go on where they stopped.', need: 'A term.' },
    ]);
  });

  it('takes a policy of no class', () => {
    expect(parseRetentionPolicy('[]').rules).toEqual([]);
  });

  it.each([
    ['what is not JSON', 'StudentSession: 90d', 'not JSON'],
    ['a rule without a purpose', JSON.stringify([{ ...rule('Export'), purpose: undefined }]), 'purpose'],
    ['hours', JSON.stringify([rule('Export', '24h')]), '/0/maxAge'],
    ['no time at all', JSON.stringify([rule('Export', '0d')]), '/0/maxAge'],
    ['more than it knows', JSON.stringify([{ ...rule('Export'), notes: '' }]), '/0'],
    ['a class twice', JSON.stringify([rule('Export'), rule('Export', '2d')]), 'Export has more than one rule'],
  ])('refuses %s, and says where', (_what, json, where) => {
    expect(() => parseRetentionPolicy(json)).toThrow(where);
  });

  it('has the version of its rules, whatever their order', () => {
    const classes = fc.uniqueArray(fc.constantFrom('Export', 'Audit', 'CheckIn', 'Account'), { minLength: 1 });
    fc.assert(
      fc.property(classes, fc.integer({ min: 1, max: 9998 }), (names, days) => {
        const rules = names.map((name) => rule(name, `${days}d`));
        const { version } = retentionPolicy(rules);
        expect(retentionPolicy(rules.toReversed()).version).toBe(version);
        const longer = rules.with(0, { ...rule(names[0] ?? ''), maxAge: `${days + 1}d` });
        expect(retentionPolicy(longer).version).not.toBe(version);
      }),
    );
  });
});

describe('cutoffOf', () => {
  it('is so many days before now', () => {
    const now = Date.parse('2026-11-25T12:00:00Z');
    expect(cutoffOf({ maxAgeDays: 90 }, now).toISOString()).toBe('2026-08-27T12:00:00.000Z');
  });
});
