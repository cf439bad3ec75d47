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
  return { store: new Store(({ metadata }) => [metadata.labels?.team ?? ''], notify), changes };
}

describe('Store', () => {
  it('tells what a relist found: added, updated and gone', () => {
    const { store, changes } = newStore();
    store.replace([object('a', 1), object('b', 1)]);
    changes.length = 0;
    store.replace([object('a', 1), object('b', 2), object('c', 3)]);
    expect(changes).toEqual(['updated b', 'added c']);
    changes.length = 0;
    store.replace([object('b', 2)]);
    expect(changes).toEqual(['deleted a', 'deleted c']);
  });

  it('keeps an index in step with changes and deletions', () => {
    const { store } = newStore();
    store.upsert(object('a', 1, 'x'));
    store.upsert(object('a', 2, 'y'));
    expect(store.byIndex('x')).toEqual([]);
    expect(store.byIndex('y')).toHaveLength(1);
    store.remove(object('a', 3, 'y'));
    expect(store.byIndex('y')).toEqual([]);
  });

  it('is not set back by the late echo of an older version', () => {
    const { store, changes } = newStore();
    store.upsert(object('a', 10));
    store.upsert(object('a', 9));
    store.remove(object('a', 9));
    expect(store.get('n/a')?.metadata.resourceVersion).toBe('10');
    expect(changes).toEqual(['added a']);
  });

  it('says nothing about what did not change', () => {
    const { store, changes } = newStore();
    store.upsert(object('a', 1));
    store.upsert(object('a', 1));
    expect(changes).toEqual(['added a']);
  });
});
