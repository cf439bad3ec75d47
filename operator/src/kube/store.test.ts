import { describe, expect, it } from 'vitest';
import type { KubeObject } from './resource.ts';
import { Store, type Change } from './store.ts';

const object = (name: string, version: number, team = 'x'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n', resourceVersion: String(version), labels: { team } },
});

function newStore(): { store: Store; changes: string[] } {
  const changes: string[] = [];
  const notify = ({ type, object: { metadata } }: Change): void => {
    changes.push(`${type} ${metadata.name}`);
  };
  const indexes = { team: ({ metadata }: KubeObject) => [metadata.labels?.team ?? ''] };
  return { store: new Store({ indexes, notify }), changes };
}

const names = (objects: readonly KubeObject[]): string[] => objects.map(({ metadata }) => metadata.name);

describe('Store', () => {
  it('tells what a relist found: added, updated and gone', () => {
    const { store, changes } = newStore();
    expect(store.replace([object('a', 1), object('b', 1)], '1')).toBe(2);
    changes.length = 0;
    expect(store.replace([object('a', 1), object('b', 2, 'y'), object('c', 3)], '3')).toBe(2);
    expect(changes).toEqual(['updated b', 'added c']);
    changes.length = 0;
    expect(store.replace([object('b', 2, 'y')], '4')).toBe(2);
    expect(changes).toEqual(['deleted a', 'deleted c']);
  });

  it('tells what was held before a change', () => {
    const seen: Change[] = [];
    const store = new Store({ notify: (change) => seen.push(change) });
    store.upsert(object('a', 1));
    store.upsert(object('a', 2, 'y'));
    store.remove(object('a', 3, 'y'));
    expect(seen.map(({ type, previous }) => [type, previous?.metadata.resourceVersion])).toEqual([
      ['added', undefined],
      ['updated', '1'],
      ['deleted', '2'],
    ]);
  });

  it('keeps an index in step with changes and deletions', () => {
    const { store } = newStore();
    store.upsert(object('a', 1, 'x'));
    store.upsert(object('a', 2, 'y'));
    expect(store.byIndex('team', 'x')).toEqual([]);
    expect(store.byIndex('team', 'y')).toHaveLength(1);
    store.remove(object('a', 3, 'y'));
    expect(store.byIndex('team', 'y')).toEqual([]);
  });

  it('gives the objects under a value in the order of their keys, and none for an index it does not have', () => {
    const { store } = newStore();
    for (const name of ['c', 'a', 'b']) store.upsert(object(name, 1));
    expect(names(store.byIndex('team', 'x'))).toEqual(['a', 'b', 'c']);
    expect(store.byIndex('owner', 'x')).toEqual([]);
  });

  it('is not set back by the late echo of an older version', () => {
    const { store, changes } = newStore();
    store.upsert(object('a', 10));
    expect(store.upsert(object('a', 9, 'y'))).toBe(false);
    store.remove(object('a', 9));
    expect(store.get('n/a')?.metadata.resourceVersion).toBe('10');
    expect(changes).toEqual(['added a']);
  });

  it('compares versions as numbers of any length', () => {
    const { store } = newStore();
    store.upsert({ ...object('a', 0), metadata: { name: 'a', namespace: 'n', resourceVersion: '9' } });
    store.upsert({ ...object('a', 0), metadata: { name: 'a', namespace: 'n', resourceVersion: '10' } });
    const long = '18446744073709551617';
    store.upsert({ ...object('a', 0), metadata: { name: 'a', namespace: 'n', resourceVersion: long } });
    store.upsert({
      ...object('a', 0),
      metadata: { name: 'a', namespace: 'n', resourceVersion: '18446744073709551616' },
    });
    expect(store.get('n/a')?.metadata.resourceVersion).toBe(long);
  });

  it('says nothing about what did not change', () => {
    const { store, changes } = newStore();
    store.upsert(object('a', 1));
    expect(store.upsert(object('a', 1))).toBe(false);
    expect(changes).toEqual(['added a']);
  });

  it('takes a new version in which nothing else has changed, and tells nobody', () => {
    const { store, changes } = newStore();
    store.upsert(object('a', 1));
    expect(store.upsert(object('a', 2))).toBe(false);
    expect(store.get('n/a')?.metadata.resourceVersion).toBe('2');
    expect(changes).toEqual(['added a']);
  });
});

describe('a Store that absorbs the answers to our own writes', () => {
  it('tells nobody, neither then nor when the echo comes', () => {
    const { store, changes } = newStore();
    store.absorb(object('a', 5));
    store.upsert(object('a', 5));
    expect([store.size, names(store.byIndex('team', 'x'))]).toEqual([1, ['a']]);
    expect(changes).toEqual([]);
  });

  it('tells of what another changed after our write', () => {
    const { store, changes } = newStore();
    store.absorb(object('a', 5));
    store.upsert(object('a', 6, 'y'));
    expect(changes).toEqual(['updated a']);
  });

  it('does not bring an object back whose deletion it was told of before the answer came', () => {
    const { store } = newStore();
    store.upsert(object('a', 5));
    store.remove(object('a', 7));
    store.absorb(object('a', 6));
    expect(store.size).toBe(0);
    store.absorb(object('a', 8));
    expect(store.size).toBe(1);
  });

  it('nor one that a list has shown to be gone', () => {
    const { store } = newStore();
    store.upsert(object('a', 5));
    store.replace([], '9');
    store.absorb(object('a', 9));
    expect(store.size).toBe(0);
  });

  it('keeps an object that is younger than the list in which it is missing', () => {
    const { store, changes } = newStore();
    store.absorb(object('a', 12));
    expect(store.replace([object('b', 3)], '10')).toBe(1);
    expect(store.keys().sort()).toEqual(['n/a', 'n/b']);
    expect(changes).toEqual(['added b']);
  });

  it('keeps the younger of an absorbed object and the same one in a list', () => {
    const { store, changes } = newStore();
    store.absorb(object('a', 12, 'ours'));
    store.replace([object('a', 8, 'older')], '10');
    expect(store.get('n/a')?.metadata.labels?.team).toBe('ours');
    expect(changes).toEqual([]);
  });

  it('is not emptied by the late word of the deletion of a forerunner', () => {
    const { store, changes } = newStore();
    store.upsert(object('a', 5));
    store.absorb(object('a', 8));
    store.remove(object('a', 7));
    expect(store.size).toBe(1);
    expect(changes).toEqual(['added a']);
  });
});
