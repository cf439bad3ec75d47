/** A Store against a naive reading of its contract, over random histories. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from './resource.ts';
import { Store } from './store.ts';

const INDEXES = {
  team: ({ metadata }: KubeObject) => [metadata.labels?.team ?? ''],
  letters: ({ metadata }: KubeObject) => [...new Set(metadata.labels?.letters ?? '')],
} as const;

const TEAMS = ['x', 'y', 'z'];
const LETTERS = ['p', 'q', 'r'];

const parts = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd'),
  team: fc.constantFrom(...TEAMS),
  letters: fc.subarray(LETTERS).map((letters) => letters.join('')),
  version: fc.integer({ min: 1, max: 40 }),
});
type Parts = typeof parts extends fc.Arbitrary<infer T> ? T : never;

const objectOf = ({ name, team, letters, version }: Parts): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n', resourceVersion: String(version), labels: { team, letters } },
});

const step = fc.oneof(
  fc.record({ do: fc.constantFrom('upsert' as const, 'absorb' as const, 'remove' as const), given: parts }),
  fc.record({
    do: fc.constant('replace' as const),
    items: fc.uniqueArray(parts, { selector: ({ name }) => name }),
    asOf: fc.integer({ min: 1, max: 40 }),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What must be held, by name: for each object the newest version heard of, unless a newer deletion was. */
class Model {
  readonly held = new Map<string, Parts>();
  readonly gone = new Map<string, number>();

  apply(given: Step): void {
    if (given.do === 'replace') this.#replace(given.items, given.asOf);
    else if (given.do === 'remove') this.#remove(given.given.name, given.given.version);
    else this.#put(given.given);
  }

  #put(given: Parts): void {
    const known = this.held.get(given.name)?.version ?? this.gone.get(given.name) ?? 0;
    if (given.version <= known) return;
    this.gone.delete(given.name);
    this.held.set(given.name, given);
  }

  #remove(name: string, version: number): void {
    const known = this.held.get(name);
    if (known === undefined || version < known.version) return;
    this.held.delete(name);
    this.gone.set(name, version);
  }

  #replace(items: readonly Parts[], asOf: number): void {
    for (const name of [...this.held.keys()]) if (!items.some((item) => item.name === name)) this.#remove(name, asOf);
    for (const item of items) this.#put(item);
  }
}

function act(store: Store, given: Step): void {
  if (given.do === 'replace') store.replace(given.items.map(objectOf), String(given.asOf));
  else store[given.do](objectOf(given.given));
}

const namesOf = (objects: readonly KubeObject[]): string[] => objects.map(({ metadata }) => metadata.name);

describe('a Store over random histories', () => {
  it('holds the newest of everything, and its indexes say the same as a search', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const model = new Model();
        const store = new Store({ indexes: INDEXES, notify: () => undefined });
        for (const given of steps) {
          act(store, given);
          model.apply(given);
          const held = [...model.held.values()].sort((a, b) => a.name.localeCompare(b.name));
          expect(store.keys().sort()).toEqual(held.map(({ name }) => `n/${name}`));
          for (const each of held) expect(store.get(`n/${each.name}`)).toEqual(objectOf(each));
          for (const team of TEAMS)
            expect(namesOf(store.byIndex('team', team))).toEqual(
              held.filter((each) => each.team === team).map(({ name }) => name),
            );
          for (const letter of LETTERS)
            expect(namesOf(store.byIndex('letters', letter))).toEqual(
              held.filter(({ letters }) => letters.includes(letter)).map(({ name }) => name),
            );
        }
      }),
      { numRuns: 150 },
    );
  });

  it('tells enough to keep a copy, but for what was absorbed', () => {
    const told = fc.array(
      step.filter((given) => given.do !== 'absorb'),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(told, (steps) => {
        const copy = new Map<string, string>();
        const store = new Store({
          notify: ({ type, object }) => {
            if (type === 'deleted') copy.delete(object.metadata.name);
            else copy.set(object.metadata.name, JSON.stringify(object.metadata.labels));
          },
        });
        for (const given of steps) act(store, given);
        const held = store.keys().map((key) => store.get(key)?.metadata);
        expect(copy).toEqual(new Map(held.map((metadata) => [metadata?.name ?? '', JSON.stringify(metadata?.labels)])));
      }),
    );
  });
});
