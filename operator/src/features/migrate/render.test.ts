import { describe, expect, it } from 'vitest';
import { platformWith } from '../../platform/testing/platforms.ts';
import { renderMigration, type MigrationRelease } from './render.ts';

const RELEASE: MigrationRelease = { version: '0.2.0', secret: 'demo-credentials', phase: 'expand' };

const nameOf = (
  spec: object,
  { name = 'demo', ...release }: Partial<MigrationRelease> & { name?: string } = {},
): string => renderMigration(platformWith(spec, { name }), { ...RELEASE, ...release }).metadata.name;

describe('renderMigration', () => {
  it('names the Job after the version and after what it is made of', () => {
    expect(nameOf({})).toMatch(/^demo-migrate-0-2-0-[0-9a-f]{8}$/);
    const others = [
      nameOf({}, { version: '0.2.1' }),
      nameOf({}, { secret: 'demo-credentials-r1' }),
      nameOf({ release: { version: '0.2.0', images: { registry: 'mirror.example' } } }),
      nameOf({ release: { version: '0.2.0', images: { pullPolicy: 'Always' } } }),
    ];
    expect(new Set([nameOf({}), ...others]).size).toBe(5);
  });

  it('gives it the same name for the same input, whatever else is in the spec', () => {
    expect(nameOf({ api: { replicas: { min: 5 } }, paused: true })).toBe(nameOf({}));
  });

  it('stays within what a label takes, and keeps apart what is cut off', () => {
    const long = { name: `d${'i'.repeat(39)}` };
    const versions = ['1.0.0-alpha.beta.gamma.delta.epsilon.1', '1.0.0-alpha.beta.gamma.delta.epsilon.2'];
    const names = versions.map((version) => nameOf({}, { ...long, version }));
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
  });

  it('has a Job for each phase, of which it says which it is', () => {
    expect(nameOf({}, { phase: 'contract' })).toMatch(/^demo-contract-0-2-0-[0-9a-f]{8}$/);
    for (const phase of ['expand', 'contract'] as const) {
      const { metadata, spec } = renderMigration(platformWith(), { ...RELEASE, phase });
      expect(metadata.labels['heroesinwaiting.com/phase']).toBe(phase);
      expect(spec?.template.spec?.containers[0]?.env).toContainEqual({ name: 'MIGRATION_PHASE', value: phase });
    }
  });

  it('says nothing of phases to a release that knew none', () => {
    const job = renderMigration(platformWith(), { ...RELEASE, version: '0.1.0' });
    expect(JSON.stringify(job)).not.toMatch(/phase/i);
  });
});
