/** Rules on what may change of an object that exists. Offline there is no older object, so parsePlatform passes over them. */
import { evaluate } from '@marcbachmann/cel-js';
import { describe, expect, it } from 'vitest';
import { structural } from './crd.ts';
import { PlatformSchema } from './platform.ts';
import { RULES, type Rule } from './primitives.ts';
import { parsePlatform } from './validate.ts';

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly [RULES]?: readonly Rule[];
}

const SCHEMA = structural(PlatformSchema) as unknown as Node;

/** What has a volume. */
const VOLUMES = ['spec.backup.repository.volume', 'spec.database.embedded'];

const transitionRules = (node: Node | undefined): readonly Rule[] =>
  (node?.[RULES] ?? []).filter(({ rule }) => rule.includes('oldSelf'));

/** @returns the messages of the rules at a path that a change breaks, as the API server evaluates them. */
function broken(path: string, oldSelf: object, self: object): string[] {
  let node: Node | undefined = SCHEMA;
  for (const name of path.split('.')) node = node?.properties?.[name];
  return transitionRules(node)
    .filter(({ rule }) => evaluate(rule, { self, oldSelf }) !== true)
    .map(({ message }) => message);
}

describe.each(VOLUMES)('%s.storageClassName', (path) => {
  const volume = (storageClassName?: string) =>
    storageClassName === undefined ? { x: 1 } : { x: 1, storageClassName };

  it.each([
    ['stay', 'fast', 'fast'],
    ['stay away', undefined, undefined],
  ])('may %s', (_what, before, after) => {
    expect(broken(path, volume(before), volume(after))).toEqual([]);
  });

  it.each([
    ['change', 'fast', 'slow'],
    ['appear', undefined, 'fast'],
    ['vanish', 'fast', undefined],
  ])('may not %s, and the message says what to do', (_what, before, after) => {
    expect(broken(path, volume(before), volume(after))).toEqual([
      'storageClassName cannot be changed: a volume stays where it is; restore into a new platform instead',
    ]);
  });
});

describe('rules of transition', () => {
  it('stand at every object that has a volume, and nowhere else', () => {
    const [found, classes]: [string[], string[]] = [[], []];
    const walk = (node: Node, path: string): void => {
      if (transitionRules(node).length > 0) found.push(path);
      if (node.properties?.storageClassName !== undefined) classes.push(path);
      for (const [name, child] of Object.entries(node.properties ?? {}))
        walk(child, path === '' ? name : `${path}.${name}`);
    };
    walk(SCHEMA, '');
    expect(found.sort()).toEqual(VOLUMES);
    expect(classes.sort()).toEqual(VOLUMES);
  });

  it('are passed over offline: a file says nothing of what was before', () => {
    const parsed = parsePlatform({
      apiVersion: 'heroesinwaiting.com/v1alpha1',
      kind: 'HeroesPlatform',
      metadata: { name: 'demo' },
      spec: {
        district: { displayName: 'Demo', timeZone: 'UTC' },
        release: { version: '0.1.0' },
        database: { embedded: { storage: '1Gi', storageClassName: 'fast' } },
      },
    });
    expect(parsed).toMatchObject({ ok: true });
  });
});
