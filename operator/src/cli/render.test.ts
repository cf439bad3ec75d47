import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { render } from './render.ts';

const EXAMPLE = readFileSync(
  join(import.meta.dirname, '../../../charts/heroes-district/examples/grand-bend.yaml'),
  'utf8',
);
/** A Wednesday in the term, at 09:00 in Chicago: class. */
const IN_CLASS = Date.parse('2021-09-01T14:00:00Z');

const yamlOf = (text: string, atMs = IN_CLASS): string => {
  const rendered = render(text, atMs);
  if (!rendered.ok) throw new Error(JSON.stringify(rendered.faults));
  return rendered.yaml;
};

const faultsOf = (text: string): string[] => {
  const rendered = render(text, IN_CLASS);
  return rendered.ok ? [] : rendered.faults.map(({ path, message }) => `${path}: ${message}`);
};

interface Child {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly ownerReferences?: unknown };
  readonly data?: object;
  readonly spec: { readonly minReplicas?: number; readonly replicas?: number };
}

const children = (yaml: string): Child[] =>
  parseAllDocuments(yaml).flatMap((document) => ('toJS' in document ? [document.toJS() as Child] : []));

describe('kubectl heroes render', () => {
  it('prints the children of Grand Bend as they were reviewed (vitest -u accepts a change)', async () => {
    await expect(yamlOf(EXAMPLE)).toMatchFileSnapshot('../../testdata/grand-bend.yaml');
  });

  it('gives the same bytes for the same time, and the floor of another time', () => {
    expect(yamlOf(EXAMPLE)).toBe(yamlOf(EXAMPLE));
    const floor = (atMs: number) =>
      children(yamlOf(EXAMPLE, atMs)).find(({ kind }) => kind === 'HorizontalPodAutoscaler');
    expect(floor(IN_CLASS)?.spec.minReplicas).toBe(6);
    expect(floor(IN_CLASS + 12 * 3_600_000)?.spec.minReplicas).toBe(3);
  });

  it('prints no secret, no owner it cannot know, and no replicas beside an autoscaler', () => {
    const all = children(yamlOf(EXAMPLE));
    expect(all.find(({ kind }) => kind === 'Secret')?.data).toEqual({});
    expect(all.filter(({ metadata }) => metadata.ownerReferences !== undefined)).toEqual([]);
    const api = all.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'grand-bend-api');
    expect(api?.spec.replicas).toBeUndefined();
  });

  it.each([
    ['nothing', '', 'holds no HeroesPlatform'],
    ['another kind', 'kind: Pod', 'holds no HeroesPlatform'],
    ['broken YAML', 'a: [', 'YAML: '],
    [
      'an unknown field',
      EXAMPLE.replace('deletionPolicy', 'x').replace('  district:', '  colour: red\n  district:'),
      'spec.colour: unknown field',
    ],
    ['a wrong version', EXAMPLE.replace('version: 0.2.1', 'version: latest'), 'spec.release.version'],
    ['a wrong zone', EXAMPLE.replace('America/Chicago', 'America/Grand_Bend'), 'America/Grand_Bend'],
    ['a budget that does not fit', EXAMPLE.replace('max: 6', 'max: 100'), 'connections'],
  ])('says of %s where it is wrong and what to do', (_what, text, expected) => {
    const faults = faultsOf(text);
    expect(faults.join('\n')).toContain(expected);
    expect(faults.every((fault) => !fault.includes('\n') && !/ at .*\.ts:/.test(fault))).toBe(true);
  });
});
