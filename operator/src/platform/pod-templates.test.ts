/**
 * An operator upgrade alone restarts no pod. testdata/pod-templates/VERSION.yaml holds the pod templates of pod-templates-platform.yaml at
 * a released version; every later operator must render that version the same, to the byte. So a template may change only for
 * a NEW version: have the renderer ask for the version that it renders, and leave older ones what they have. A version
 * joins by an empty file with its name, which `vitest run -u` on this test fills, once. A file that is not empty is never
 * regenerated: when this test fails, the renderer is wrong.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { parsePlatform } from '@heroes/crds/validate.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { Floors } from './floors.ts';
import type { Manifest } from './manifest.ts';
import type { Live } from './observed.ts';
import { plan } from './plan.ts';
import { BELL_RELEASE, isAtLeast } from './versions.ts';

const FOLDER = join(import.meta.dirname, '../../testdata/pod-templates');
const PLATFORM = join(import.meta.dirname, '../../testdata/pod-templates-platform.yaml');
const NOW_MS = Date.parse('2021-09-01T14:00:00Z');

/** The platform, on a release. */
function platformAt(version: string): HeroesPlatform {
  const kept = parse(readFileSync(PLATFORM, 'utf8')) as { metadata: object; spec: { release: object } };
  const release = { ...kept.spec.release, version };
  const metadata = { ...kept.metadata, uid: 'd1b5f0a4', generation: 1 };
  const parsed = parsePlatform({ ...kept, metadata, spec: { ...kept.spec, release } });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.platform;
}

/** All that is wanted of a platform that runs a version; with the Job that migrates to it, which is not yet on record. */
function manifestsAt(version: string): readonly Manifest[] {
  const platform = platformAt(version);
  const labels = { 'app.kubernetes.io/component': 'migrate', 'app.kubernetes.io/version': version };
  const children: Live[] = [
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'grand-bend-postgres' },
      credentialsRevision: 'e3b0c44298fc1c14',
    },
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'migrated', labels, ownerReferences: [{ uid: platform.metadata.uid }] },
      status: { conditions: [{ type: 'Complete', status: 'True' }] },
    },
  ];
  const seen = { platform, children, pods: [], credentialsLost: false, monitoring: true, requestMetrics: true };
  return plan(seen, new Floors().at(platform, NOW_MS), NOW_MS).desired();
}

interface Templated {
  readonly template?: object;
  readonly jobTemplate?: { readonly spec: { readonly template: object } };
}

/** What is left of a version when all is taken away that restarts no pod. */
function templatesAt(version: string): string {
  const templates = manifestsAt(version).flatMap(({ kind, metadata, spec }) => {
    const { template, jobTemplate } = (spec ?? {}) as Templated;
    const found = template ?? jobTemplate?.spec.template;
    // A Job is named after its template, which says the same twice.
    const name = kind === 'Job' ? metadata.name.replace(/-[0-9a-f]{8}$/, '') : metadata.name;
    return found === undefined ? [] : [{ object: `${kind} ${name}`, template: found }];
  });
  return stringify(templates, { lineWidth: 0, aliasDuplicateObjects: false });
}

const released = readdirSync(FOLDER).map((file) => file.replace(/\.yaml$/, ''));

describe('the pod templates', () => {
  it.each(released)('of release %s are what they were when it was released', async (version) => {
    const file = join(FOLDER, `${version}.yaml`);
    const before = readFileSync(file, 'utf8');
    if (before === '') await expect(templatesAt(version)).toMatchFileSnapshot(file);
    else expect(templatesAt(version)).toBe(before);
  });

  it('of each release are on record, the newest among them', () => {
    expect(released).toContain(packageJson.version);
    for (const version of released) {
      const objects = (parse(templatesAt(version)) as { object: string }[]).map(({ object }) => object.split(' ')[0]);
      const jobs = version === '0.1.0' ? ['CronJob'] : ['CronJob', 'CronJob', 'CronJob', 'CronJob'];
      const edge = isAtLeast(version, BELL_RELEASE) ? ['Deployment'] : [];
      expect(objects.sort()).toEqual([...jobs, ...edge, 'Deployment', 'Deployment', 'Job', 'StatefulSet']);
    }
  });
});

describe('what is rendered', () => {
  it('knows nothing of the version of the operator that renders it', () => {
    const rendered = JSON.stringify(manifestsAt('9.8.7'));
    expect(rendered).toContain('9.8.7');
    expect(rendered).not.toContain(packageJson.version);
    for (const folder of ['features', 'platform']) {
      const sources = join(import.meta.dirname, '..', folder);
      const files = readdirSync(sources, { recursive: true, encoding: 'utf8' });
      for (const file of files.filter((each) => each.endsWith('.ts') && !each.endsWith('.test.ts')))
        expect(readFileSync(join(sources, file), 'utf8'), file).not.toContain('package.json');
    }
  });
});
