import { describe, expect, it } from 'vitest';
import { parsePlatform } from './validate.ts';

const minimal = {
  apiVersion: 'heroesinwaiting.com/v1alpha1',
  kind: 'HeroesPlatform',
  metadata: { name: 'grand-bend', namespace: 'grand-bend' },
  spec: { district: { displayName: 'Grand Bend ISD', timeZone: 'America/Chicago' }, release: { version: '0.1.0' } },
};

const withSpec = (spec: object) => ({ ...minimal, spec: { ...minimal.spec, ...spec } });

describe('parsePlatform', () => {
  it('fills in the defaults of the service review from a CR of ten lines', () => {
    const parsed = parsePlatform(minimal);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    const { api, database, backup, deletionPolicy } = parsed.platform.spec;
    expect(api.resources).toEqual({ requests: { cpu: '500m', memory: '512Mi' }, limits: { cpu: '1', memory: '1Gi' } });
    expect(api.replicas).toEqual({ min: 3, max: 12 });
    expect(api.databasePoolSize).toBe(20);
    expect(database.embedded.maxConnections).toBe(200);
    expect(backup.schedule).toBe('30 2 * * *');
    expect(deletionPolicy).toBe('Retain');
  });

  it.each([
    ['another kind', { ...minimal, kind: 'Platform' }, 'kind', /HeroesPlatform/],
    ['an unknown field', withSpec({ replicas: 3 }), 'spec.replicas', /unknown field: remove it/],
    [
      'a broken rule',
      withSpec({ api: { replicas: { min: 5, max: 2 } } }),
      'spec.api.replicas',
      /raise max or lower min/,
    ],
    ['a missing field', { ...minimal, spec: { release: { version: '0.1.0' } } }, 'spec', /district/],
    ['a wrong type', withSpec({ api: { databasePoolSize: '20' } }), 'spec.api.databasePoolSize', /integer/],
    ['a cron line with seconds', withSpec({ backup: { schedule: '0 30 2 * * *' } }), 'spec.backup.schedule', /pattern/],
    [
      'an hour that does not exist',
      withSpec({ backup: { schedule: '30 24 * * *' } }),
      'spec.backup.schedule',
      /pattern/,
    ],
    [
      'a name that cannot name a Service',
      { ...minimal, metadata: { name: '9th-district' } },
      'metadata.name',
      /start with a letter/,
    ],
  ])('refuses %s, and says where', (_what, input, path, message) => {
    const parsed = parsePlatform(input);
    if (parsed.ok) throw new Error('accepted');
    expect(parsed.faults[0]).toMatchObject({ path });
    expect(parsed.faults[0]?.message).toMatch(message);
  });

  it.each([undefined, null, 7, 'text', []])('refuses %j without a stack trace', (input) => {
    expect(parsePlatform(input).ok).toBe(false);
  });
});
