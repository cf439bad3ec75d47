/** Paths as sigs.k8s.io/structured-merge-diff prints them: fieldpath/element.go (PathElement.String), value/value.go (ToString). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePath, without, type Step } from './fields.ts';

describe('parsePath', () => {
  it.each<[string, Step[]]>([
    ['.spec.replicas', [{ field: 'spec' }, { field: 'replicas' }]],
    [
      '.spec.containers[name="api"].image',
      [{ field: 'spec' }, { field: 'containers' }, { key: { name: 'api' } }, { field: 'image' }],
    ],
    [
      '.ports[containerPort=8080,protocol="TCP"]',
      [{ field: 'ports' }, { key: { containerPort: 8080, protocol: 'TCP' } }],
    ],
    ['.metadata.finalizers[="a.b/c"]', [{ field: 'metadata' }, { field: 'finalizers' }, { value: 'a.b/c' }]],
    ['.volumes[name="a]b,c=\\"d\\""]', [{ field: 'volumes' }, { key: { name: 'a]b,c="d"' } }]],
    ['.list[on=true].x', [{ field: 'list' }, { key: { on: true } }, { field: 'x' }]],
    ['.set[=-1.5]', [{ field: 'set' }, { value: -1.5 }]],
    [
      '.metadata.ownerReferences[uid="0b3c"]',
      [{ field: 'metadata' }, { field: 'ownerReferences' }, { key: { uid: '0b3c' } }],
    ],
  ])('reads %s', (path, steps) => {
    expect(parsePath(path)).toEqual(steps);
  });

  it.each(['', 'spec', '.spec.', '.spec[', '.spec]', '..spec', '.spec[name="a]'])('does not guess at %j', (path) => {
    expect(parsePath(path)).toBeUndefined();
  });

  it('does not take a place in a list for the key of all its items', () => {
    expect(parsePath('.args[1]')).not.toEqual([{ field: 'args' }, { key: {} }]);
  });

  it('reads back what is printed, whatever names, quotes and brackets there are', () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_/-]{0,8}$/);
    const key = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,8}$/);
    const scalar = fc.oneof(fc.stringMatching(/^[ -~]{0,12}$/), fc.integer(), fc.boolean());
    const step: fc.Arbitrary<Step> = fc.oneof(
      name.map((field) => ({ field })),
      fc.dictionary(key, scalar, { minKeys: 1, maxKeys: 3, noNullPrototype: true }).map((each) => ({ key: each })),
      scalar.map((value) => ({ value })),
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
        expect(parsePath(steps.map(printed).join(''))).toEqual(steps);
      }),
    );
  });
});

/** As Go's %q, for the characters of ASCII that can be printed. */
function printed(step: Step): string {
  if ('field' in step) return `.${step.field}`;
  if ('value' in step) return `[=${JSON.stringify(step.value)}]`;
  if ('index' in step) return `[${step.index}]`;
  const pairs = Object.entries(step.key).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `[${pairs.join(',')}]`;
}

const at = (value: unknown, path: string): unknown => without(value, parsePath(path) ?? []);

describe('without', () => {
  const pod = {
    metadata: { labels: { team: 'x', 'app.kubernetes.io/name': 'heroes', 'app.kubernetes.io/part-of': 'all' } },
    spec: {
      containers: [
        { name: 'api', image: 'a:1', ports: [{ containerPort: 80, protocol: 'TCP' }, { containerPort: 81 }] },
        { name: 'sidecar', image: 'b:1' },
      ],
      finalizers: ['a', 'b'],
    },
  };

  it.each<[string, unknown]>([
    ['.spec.containers[name="api"].image', { ...pod.spec.containers[0], image: undefined }],
    [
      '.spec.containers[name="api"].ports[containerPort=81,protocol="TCP"]',
      { ...pod.spec.containers[0], ports: [{ containerPort: 80, protocol: 'TCP' }] },
    ],
  ])('takes %s out, and nothing else', (path, first) => {
    const [, second] = pod.spec.containers;
    expect(at(pod, path)).toEqual({ ...pod, spec: { ...pod.spec, containers: [first, second] } });
  });

  it('takes an item out of a list by its key or its value', () => {
    expect(at(pod, '.spec.containers[name="sidecar"]')).toEqual({
      ...pod,
      spec: { ...pod.spec, containers: [pod.spec.containers[0]] },
    });
    expect(at(pod, '.spec.finalizers[="a"]')).toEqual({ ...pod, spec: { ...pod.spec, finalizers: ['b'] } });
  });

  it('finds a label whose name holds dots, which the API server does not quote', () => {
    const { labels } = (at(pod, '.metadata.labels.app.kubernetes.io/part-of') as typeof pod).metadata;
    expect(labels).toEqual({ team: 'x', 'app.kubernetes.io/name': 'heroes' });
  });

  it('finds it also beside a label that is named as its beginning', () => {
    const labels = { app: 'x', 'app.kubernetes.io': 'y', 'app.kubernetes.io/name': 'heroes' };
    expect(at({ labels }, '.labels.app.kubernetes.io/name')).toEqual({
      labels: { app: 'x', 'app.kubernetes.io': 'y' },
    });
  });

  it.each(['.spec.none', '.spec.containers[name="none"].image', '.spec.containers.image', '.spec.finalizers[="c"]'])(
    'gives the same back when there is no %s',
    (path) => {
      expect(at(pod, path)).toEqual(pod);
    },
  );

  it('changes nothing in place', () => {
    const before = structuredClone(pod);
    at(pod, '.spec.containers[name="api"].image');
    expect(pod).toEqual(before);
  });

  it('removes exactly what a path leads to, from any tree of fields', () => {
    const name = fc.stringMatching(/^[a-z]{1,3}([./][a-z]{1,2}){0,2}$/);
    const { tree } = fc.letrec<{ tree: unknown; leaf: unknown; node: Record<string, unknown> }>((tie) => ({
      tree: fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('node')),
      leaf: fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.constant([])),
      node: fc.dictionary(name, tie('tree'), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
    }));
    fc.assert(
      fc.property(tree, fc.nat(), (value, pick) => {
        const paths = leaves(value);
        fc.pre(paths.length > 0);
        const gone = paths[pick % paths.length] ?? [];
        const clash = paths.filter((path) => dotted(path) === dotted(gone));
        fc.pre(clash.length === 1);
        const left = leaves(at(value, dotted(gone)));
        expect(left.map(dotted).sort()).toEqual(
          paths
            .filter((path) => path !== gone)
            .map(dotted)
            .sort(),
        );
      }),
      { numRuns: 500 },
    );
  });
});

const dotted = (path: readonly string[]): string => path.map((name) => `.${name}`).join('');

/** @returns the paths of all leaves, name by name. */
function leaves(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return path.length === 0 ? [] : [[...path]];
  return Object.entries(value).flatMap(([name, child]) => leaves(child, [...path, name]));
}
