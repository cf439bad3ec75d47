import { describe, expect, it } from 'vitest';
import { ownedBy } from './owned-fields.ts';

const LIVE = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'a',
    namespace: 'n',
    uid: 'u',
    labels: { ours: '1', theirs: '2' },
    finalizers: ['theirs', 'ours'],
    ownerReferences: [{ uid: 'o', name: 'owner' }],
    managedFields: [
      {
        manager: 'us',
        operation: 'Apply',
        fieldsV1: {
          'f:metadata': {
            'f:labels': { 'f:ours': {} },
            'f:finalizers': { 'v:"ours"': {} },
            'f:ownerReferences': { 'k:{"uid":"o"}': {} },
          },
          'f:spec': {
            'f:selector': {},
            'f:template': {
              'f:containers': {
                'k:{"name":"api"}': {
                  '.': {},
                  'f:name': {},
                  'f:image': {},
                  'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
                },
              },
            },
          },
        },
      },
      { manager: 'us', operation: 'Apply', subresource: 'status', fieldsV1: { 'f:status': { 'f:x': {} } } },
      { manager: 'them', operation: 'Update', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
    ],
  },
  spec: {
    replicas: 3,
    selector: { matchLabels: { a: 'b' } },
    template: {
      containers: [
        { name: 'sidecar', image: 'x' },
        { name: 'api', image: 'y', imagePullPolicy: 'Always', ports: [{ containerPort: 80, protocol: 'TCP' }] },
      ],
    },
  },
  status: { x: 1 },
};

describe('ownedBy', () => {
  it('gives what the manager applied: no defaults, nothing of others, no status', () => {
    expect(ownedBy('us', LIVE)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: 'a',
        namespace: 'n',
        labels: { ours: '1' },
        finalizers: ['ours'],
        ownerReferences: [{ uid: 'o', name: 'owner' }],
      },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: { containers: [{ name: 'api', image: 'y', ports: [{ containerPort: 80 }] }] },
      },
    });
  });

  it('gives nothing of an object that is all of others', () => {
    expect(ownedBy('nobody', LIVE)).toBeUndefined();
  });
});
