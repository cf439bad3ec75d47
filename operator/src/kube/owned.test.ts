/** `metadata.managedFields` as a real API server writes them (kubectl get --show-managed-fields, Kubernetes 1.37). */
import { describe, expect, it } from 'vitest';
import { digest } from './json.ts';
import { ownable, ownedFields } from './owned.ts';
import type { KubeObject } from './resource.ts';

const OURS = 'us';

const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'demo-api',
    namespace: 'n',
    uid: 'uid-9',
    resourceVersion: '7',
    labels: { 'app.kubernetes.io/name': 'heroes-api', theirs: 'x' },
    ownerReferences: [
      { apiVersion: 'h/v1', kind: 'H', name: 'demo', uid: 'uid-1', controller: true, blockOwnerDeletion: false },
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'other', uid: 'uid-2' },
    ],
    finalizers: ['them/x', 'us/y'],
    managedFields: [
      {
        manager: OURS,
        operation: 'Apply',
        apiVersion: 'v1',
        time: '2026-11-24T22:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': {
            'f:finalizers': { 'v:"us/y"': {} },
            'f:labels': { 'f:app.kubernetes.io/name': {} },
            'f:ownerReferences': { 'k:{"uid":"uid-1"}': {} },
          },
          'f:spec': {
            'f:ports': {
              'k:{"port":80,"protocol":"TCP"}': {
                '.': {},
                'f:name': {},
                'f:port': {},
                'f:protocol': {},
                'f:targetPort': {},
              },
            },
            'f:selector': {},
            'f:type': {},
          },
        },
      },
      {
        manager: 'kubectl-edit',
        operation: 'Update',
        apiVersion: 'v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:metadata': { 'f:labels': { '.': {}, 'f:theirs': {} } } },
      },
    ],
  },
  spec: {
    type: 'ClusterIP',
    clusterIP: '10.0.0.7',
    internalTrafficPolicy: 'Cluster',
    selector: { app: 'api' },
    ports: [
      { name: 'extra', port: 81, protocol: 'TCP', targetPort: 81 },
      { name: 'http', port: 80, protocol: 'TCP', targetPort: 'http', nodePort: 31_000 },
    ],
  },
};

const applied: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'demo-api',
    namespace: 'n',
    labels: { 'app.kubernetes.io/name': 'heroes-api' },
    finalizers: ['us/y'],
    ownerReferences: [
      { apiVersion: 'h/v1', kind: 'H', name: 'demo', uid: 'uid-1', controller: true, blockOwnerDeletion: false },
    ],
  },
  spec: {
    type: 'ClusterIP',
    selector: { app: 'api' },
    ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
  },
};

/** An object with one entry of ours. */
const holding = (fields: object, fieldsV1: object, more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'X',
  metadata: { name: 'x', managedFields: [{ manager: OURS, operation: 'Apply', fieldsV1, ...more }] },
  ...fields,
});

describe('ownedFields', () => {
  it('gives back what was applied, whatever others and the API server have added', () => {
    expect(ownedFields(service, OURS)).toEqual(ownable(applied));
    expect(digest(ownedFields(service, OURS))).toBe(digest(ownable(applied)));
  });

  it('tells that a value was changed by hand: the field is no longer ours', () => {
    const [ours, ...others] = service.metadata.managedFields as { fieldsV1: { 'f:spec': object } }[];
    const { 'f:type': _taken, ...left } = ours?.fieldsV1['f:spec'] as Record<string, object>;
    const managedFields = [{ ...ours, fieldsV1: { ...ours?.fieldsV1, 'f:spec': left } }, ...others];
    const edited = { ...service, metadata: { ...service.metadata, managedFields } };
    expect(ownedFields(edited, OURS)).not.toEqual(ownable(applied));
  });

  it('tells that a value was changed under our name', () => {
    const spec = { ...(service.spec as object), type: 'NodePort' };
    expect(ownedFields({ ...service, spec }, OURS)).not.toEqual(ownable(applied));
  });

  it.each([
    ['another manager', { manager: 'them' }],
    ['an update under our name', { operation: 'Update' }],
    ['our writes of the status', { subresource: 'status' }],
  ])('does not take %s for what we applied', (_what, more) => {
    expect(ownedFields(holding({ spec: { a: 1 } }, { 'f:spec': { 'f:a': {} } }, more), OURS)).toBeUndefined();
  });

  it('knows nothing of an object without an account', () => {
    expect(ownedFields({ apiVersion: 'v1', kind: 'X', metadata: { name: 'x' } }, OURS)).toBeUndefined();
  });

  it.each<[string, object, object, unknown]>([
    [
      'an atomic value with all that is in it',
      { spec: { selector: { a: '1', b: { c: 2 } } } },
      { 'f:spec': { 'f:selector': {} } },
      { spec: { selector: { a: '1', b: { c: 2 } } } },
    ],
    [
      'an empty map as it is',
      { spec: { emptyDir: {} } },
      { 'f:spec': { 'f:emptyDir': {} } },
      { spec: { emptyDir: {} } },
    ],
    ['of a map that is ours alone the map', { data: { a: '1' } }, { 'f:data': { '.': {} } }, { data: {} }],
    ['of a list that is ours alone the list', { list: [1] }, { 'f:list': { '.': {} } }, { list: [] }],
    [
      'of a map that is ours and shared only our keys',
      { data: { ours: '1', theirs: '2' } },
      { 'f:data': { '.': {}, 'f:ours': {} } },
      { data: { ours: '1' } },
    ],
    ['items by their place', { args: ['a', 'b', 'c'] }, { 'f:args': { 'i:0': {}, 'i:2': {} } }, { args: ['a', 'c'] }],
    ['members of a set', { set: ['a', 7, 'b'] }, { 'f:set': { 'v:"b"': {}, 'v:7': {} } }, { set: [7, 'b'] }],
    [
      'items of a list in a list, by all of their keys',
      {
        c: [
          {
            name: 'a',
            ports: [
              { p: 1, q: 'TCP', n: 'x' },
              { p: 1, q: 'UDP', n: 'y' },
            ],
          },
          { name: 'b' },
        ],
      },
      { 'f:c': { 'k:{"name":"a"}': { 'f:ports': { 'k:{"p":1,"q":"UDP"}': { '.': {}, 'f:n': {} } } } } },
      { c: [{ ports: [{ n: 'y' }] }] },
    ],
    ['nothing of a field that is gone', { spec: {} }, { 'f:spec': { 'f:gone': {} } }, { spec: {} }],
    ['a field that is null', { spec: { a: null } }, { 'f:spec': { 'f:a': {} } }, { spec: { a: null } }],
  ])('takes %s', (_what, fields, fieldsV1, expected) => {
    expect(ownedFields(holding(fields, fieldsV1), OURS)).toEqual(expected);
  });
});

describe('ownable', () => {
  it('leaves out what names an object, for nobody owns that', () => {
    expect(ownable(service)).not.toHaveProperty('kind');
    const { metadata } = ownable(service) as { metadata: object };
    for (const name of ['name', 'namespace', 'uid', 'resourceVersion']) expect(metadata).not.toHaveProperty(name);
    expect(metadata).toHaveProperty('labels');
  });
});
