import { describe, expect, it } from 'vitest';
import { RETENTION_CLASSES, RETENTION_DEFAULTS, retentionRules } from './privacy.ts';
import { parsePlatform } from './validate.ts';

const withRetention = (retention: object[]) =>
  parsePlatform({
    apiVersion: 'heroesinwaiting.com/v1alpha1',
    kind: 'HeroesPlatform',
    metadata: { name: 'test', namespace: 'test' },
    spec: { district: { displayName: 'Test', timeZone: 'UTC' }, release: { version: '0.1.0' }, privacy: { retention } },
  });

describe('retentionRules', () => {
  it('has a rule for every class, whatever the district sets', () => {
    expect(retentionRules({ retention: [] }).map((rule) => rule.class)).toEqual(RETENTION_CLASSES);
  });

  it('takes what the district sets, and the reasons of the default unless it gives its own', () => {
    const rules = retentionRules({
      retention: [
        { class: 'CheckIn', maxAge: '10d' },
        { class: 'Export', maxAge: '1d', purpose: 'To be fetched.', need: 'A day is enough.' },
      ],
    });
    expect(rules.find((rule) => rule.class === 'CheckIn')).toEqual({
      ...RETENTION_DEFAULTS.CheckIn,
      class: 'CheckIn',
      maxAge: '10d',
    });
    expect(rules.find((rule) => rule.class === 'Export')).toEqual({
      class: 'Export',
      maxAge: '1d',
      purpose: 'To be fetched.',
      need: 'A day is enough.',
    });
  });
});

describe('spec.privacy.retention', () => {
  it('takes classes and days', () => {
    expect(withRetention([{ class: 'StudentSession', maxAge: '90d' }]).ok).toBe(true);
  });

  it.each([
    ['a class that there is not', { class: 'Grades', maxAge: '90d' }],
    ['no time', { class: 'CheckIn', maxAge: '0d' }],
    ['months', { class: 'CheckIn', maxAge: '3m' }],
    ['more than 9,999 days', { class: 'CheckIn', maxAge: '10000d' }],
  ])('refuses %s', (_what, rule) => {
    expect(withRetention([rule]).ok).toBe(false);
  });
});
