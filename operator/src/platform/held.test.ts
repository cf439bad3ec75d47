/** What is kept in memory of an object: all that is read, and nothing else. */
import { describe, expect, it } from 'vitest';
import { digest } from '../kube/json.ts';
import { ownable } from '../kube/owned.ts';
import type { KubeObject } from '../kube/resource.ts';
import { keeper } from './held.ts';
import { PLATFORM } from './kinds.ts';
import { CREDENTIALS_REVISION } from './names.ts';

const managedFields = [
  { manager: 'heroes-operator', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
  { manager: 'kube-controller-manager', operation: 'Update', subresource: 'status', fieldsV1: { 'f:status': {} } },
];

const labels = {
  'app.kubernetes.io/instance': 'demo',
  'app.kubernetes.io/component': 'api',
  'app.kubernetes.io/version': '0.1.0',
};

const metadata = {
  name: 'demo-api',
  namespace: 'n',
  uid: 'uid-9',
  resourceVersion: '7',
  generation: 3,
  creationTimestamp: '2026-11-24T10:00:00Z',
  annotations: { 'deployment.kubernetes.io/revision': '4' },
  labels: { ...labels, 'app.kubernetes.io/name': 'heroes-api', theirs: 'x' },
  ownerReferences: [{ apiVersion: 'h/v1', kind: 'HeroesPlatform', name: 'demo', uid: 'uid-1', controller: true }],
  managedFields,
};

const deployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata,
  spec: {
    replicas: 3,
    template: { metadata: { annotations: { [CREDENTIALS_REVISION]: 'abc' } }, spec: { containers: [{ name: 'api' }] } },
  },
  status: {
    observedGeneration: 3,
    replicas: 3,
    updatedReplicas: 2,
    readyReplicas: 1,
    unavailableReplicas: 2,
    conditions: [{ type: 'Available', status: 'True', lastUpdateTime: '2026-11-24T10:00:00Z' }],
  },
};

const keep = (object: KubeObject) => keeper(object)(object);

describe('what is kept of a child', () => {
  it('is who it is, how far it is, whether it is as we applied it, and which credentials its pods have', () => {
    expect(keep(deployment)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: 'demo-api',
        namespace: 'n',
        uid: 'uid-9',
        resourceVersion: '7',
        generation: 3,
        labels,
        ownerReferences: [{ uid: 'uid-1' }],
      },
      status: { observedGeneration: 3, replicas: 3, updatedReplicas: 2, readyReplicas: 1 },
      owned: digest({ spec: { replicas: 3 } }),
      credentialsRevision: 'abc',
    });
  });

  it('says nothing of ownership where we have applied nothing', () => {
    expect(keep({ ...deployment, metadata: { ...metadata, managedFields: [] } })).not.toHaveProperty('owned');
  });

  it('tells of a deletion', () => {
    const deletionTimestamp = '2026-11-24T11:00:00Z';
    expect(keep({ ...deployment, metadata: { ...metadata, deletionTimestamp } }).metadata).toMatchObject({
      deletionTimestamp,
    });
  });

  it('says of a volume claim what it asks for', () => {
    const spec = { resources: { requests: { storage: '2Gi' } } };
    const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec, status: { phase: 'Bound' } };
    expect(keep(claim)).toMatchObject({ storage: '2Gi' });
    expect(keep(claim)).not.toHaveProperty('status');
  });

  it.each([
    ['pgbouncer.ini', '[pgbouncer]\ndefault_pool_size = 7\nmax_db_connections = 7\n', 7],
    ['postgres.conf', 'max_connections = 200\nshared_buffers = 128MB\n', 200],
  ])('says of a configuration with %s how many connections it allows, and since when', (file, text, most) => {
    const account = [{ manager: 'heroes-operator', operation: 'Apply', time: '2026-11-24T10:00:00Z', fieldsV1: {} }];
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata, managedFields: account } };
    const sinceMs = Date.parse('2026-11-24T10:00:00Z');
    expect(keep({ ...map, data: { [file]: text } })).toMatchObject({ connections: { most, sinceMs } });
    expect(keep({ ...map, data: { 'other.conf': text } })).not.toHaveProperty('connections');
  });

  it('says of an autoscaler how far it may go, by what it goes, and whether it works', () => {
    const spec = { maxReplicas: 12, metrics: [{ type: 'ContainerResource' }] };
    const byRequests = [...spec.metrics, { type: 'Pods', pods: { metric: { name: 'http_requests_in_flight' } } }];
    const active = { type: 'ScalingActive', status: 'False', reason: 'FailedGetPodsMetric', lastTransitionTime: 'T' };
    const status = {
      currentMetrics: [{ type: 'ContainerResource' }],
      conditions: [
        { type: 'AbleToScale', status: 'True' },
        { ...active, message: 'it differs each time' },
      ],
    };
    const autoscaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata, spec, status };
    expect(keep(autoscaler)).toMatchObject({ maxReplicas: 12, byRequests: false, status: { conditions: [active] } });
    expect(keep({ ...autoscaler, spec: { ...spec, metrics: byRequests } })).toMatchObject({ byRequests: true });
    expect(keep({ ...autoscaler, status: { ...status, currentMetrics: [] } })).toEqual(keep(autoscaler));
  });

  it('says of an autoscaler the minimum that we have set, and nothing of one that another has set since', () => {
    const account = (fields: object) => [
      { manager: 'heroes-operator', operation: 'Apply', fieldsV1: { 'f:spec': fields } },
    ];
    const autoscaler = (fields: object): KubeObject => ({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { ...metadata, managedFields: account(fields) },
      spec: { minReplicas: 7, maxReplicas: 12 },
    });
    expect(keep(autoscaler({ 'f:minReplicas': {}, 'f:maxReplicas': {} }))).toMatchObject({ minReplicas: 7 });
    expect(keep(autoscaler({ 'f:maxReplicas': {} }))).not.toHaveProperty('minReplicas');
  });

  it('says of a policy whether anybody may come in, and of a Service when we changed it last', () => {
    const policy = (ingress?: readonly object[]) =>
      keep({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec: { ingress } });
    const ports = [{ port: 8080 }];
    expect(policy([{ ports, from: [{ podSelector: {} }] }, { ports }])).toHaveProperty('isOpen', true);
    expect(policy([{ ports, from: [{ podSelector: {} }] }])).not.toHaveProperty('isOpen');
    expect(policy()).not.toHaveProperty('isOpen');
    const [ours, theirs] = managedFields;
    const changed = { ...metadata, managedFields: [{ ...ours, time: '2026-11-24T10:00:07Z' }, theirs] };
    const service = { apiVersion: 'v1', kind: 'Service', metadata: changed };
    expect(keep(service)).toHaveProperty('ledSinceMs', Date.UTC(2026, 10, 24, 10, 0, 7));
  });

  it('says of a Job how it ended, and of no other kind', () => {
    const end = { type: 'Complete', status: 'True', lastTransitionTime: '2026-11-24T10:00:00Z', message: 'x' };
    const status = { conditions: [{ ...end, lastProbeTime: '2026-11-24T10:00:00Z', reason: 'y' }], succeeded: 1 };
    expect(keep({ apiVersion: 'batch/v1', kind: 'Job', metadata, status }).status).toEqual({ conditions: [end] });
    expect(keep({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, status })).not.toHaveProperty(
      'status',
    );
  });

  it('is the same for objects that differ in what nobody reads, so that their changes wake nobody', () => {
    const touched = {
      ...deployment,
      metadata: {
        ...metadata,
        annotations: { 'deployment.kubernetes.io/revision': '5' },
        labels: { ...labels, theirs: 'y' },
      },
      status: { ...(deployment.status as object), conditions: [], unavailableReplicas: 0 },
    };
    expect(keep(touched)).toEqual(keep(deployment));
  });

  it('equals the digest of what is applied as long as nobody has touched it', () => {
    const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'n' }, data: { a: '1' } };
    const account = [{ manager: 'heroes-operator', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {} } } }];
    const live = {
      ...applied,
      metadata: { ...applied.metadata, managedFields: account },
      data: { a: '1', theirs: '2' },
    };
    expect(digest({ metadata: {}, ...(ownable(applied) as object) })).toBe(digest(ownable(applied)));
    expect(keep(live).owned).toBe(digest({ data: { a: '1' } }));
  });
});

describe('what is kept of a pod', () => {
  const pod = (status: object): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata, status });

  it('is whether it was put on a node, and which containers do not run and why', () => {
    const scheduled = { type: 'PodScheduled', status: 'False', message: '0/3 nodes are available' };
    const status = {
      phase: 'Pending',
      podIP: '10.0.0.1',
      conditions: [
        { type: 'Ready', status: 'False' },
        { ...scheduled, lastProbeTime: null },
      ],
      initContainerStatuses: [{ name: 'pooler', ready: true, state: { running: { startedAt: 'x' } } }],
      containerStatuses: [
        { name: 'api', state: { waiting: { reason: 'ImagePullBackOff', message: 'not found' } } },
        {
          name: 'job',
          state: { terminated: { exitCode: 1, message: 'no database', finishedAt: '2026-11-24T10:00:00Z' } },
        },
        { name: 'mute', state: { terminated: { exitCode: 0 } } },
      ],
    };
    expect(keep(pod(status)).status).toEqual({
      conditions: [scheduled],
      containers: [
        { name: 'api', waiting: { reason: 'ImagePullBackOff', message: 'not found' } },
        { name: 'job', terminated: { message: 'no database', finishedAt: '2026-11-24T10:00:00Z' } },
      ],
    });
  });

  it('is of an evicted pod that it is over', () => {
    expect(keep(pod({ phase: 'Failed' })).status).toMatchObject({ isOver: true });
    expect(keep(pod({ phase: 'Running' })).status).not.toHaveProperty('isOver');
  });

  it('is next to nothing of a pod that has no status yet', () => {
    expect(keep({ apiVersion: 'v1', kind: 'Pod', metadata }).status).toEqual({ conditions: [], containers: [] });
  });

  it('does not change while a healthy pod goes through its start', () => {
    const running = (ready: boolean) =>
      pod({ phase: 'Running', containerStatuses: [{ name: 'api', ready, state: { running: {} } }] });
    expect(keep(running(false))).toEqual(keep(running(true)));
  });
});

describe('what is kept of a platform', () => {
  it('is all but the account of its fields and its annotations', () => {
    const { apiVersion } = PLATFORM;
    const object = {
      apiVersion,
      kind: 'HeroesPlatform',
      metadata: { ...metadata, finalizers: ['x'] },
      spec: { a: 1 },
      status: { b: 2 },
    };
    const { managedFields: _account, annotations: _annotations, ...kept } = object.metadata;
    expect(keeper(PLATFORM)(object)).toEqual({ ...object, metadata: kept });
  });
});
