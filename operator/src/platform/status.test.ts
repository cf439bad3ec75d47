/** What is said of a platform: the first cause in Ready, trouble in Degraded, and how far it is. */
import { describe, expect, it } from 'vitest';
import type { Live, Observed } from './observed.ts';
import { Floors } from './floors.ts';
import { plan } from './plan.ts';
import { status, type Done } from './status.ts';
import { platformWith, UID } from './testing/platforms.ts';

const NOW_MS = Date.UTC(2026, 10, 24, 12);
const READY = { observedGeneration: 1, replicas: 3, readyReplicas: 3, updatedReplicas: 3 };
const COMPONENT = 'app.kubernetes.io/component';

const live = (
  kind: string,
  name: string,
  component: string,
  given: Live['status'] = READY,
  version = '0.1.0',
): Live => ({
  apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
  kind,
  metadata: {
    name,
    generation: 1,
    labels: { [COMPONENT]: component, 'app.kubernetes.io/version': version },
    ownerReferences: [{ uid: UID }],
  },
  status: given,
});

const DATABASE = live('StatefulSet', 'demo-postgres', 'postgres');
const CACHE = live('Deployment', 'demo-cache', 'cache');
const API = live('Deployment', 'demo-api', 'api');
const MIGRATED = live('Job', 'm', 'migrate', { conditions: [{ type: 'Complete', status: 'True' }] });

const pod = (component: string, given: Live['status']): Live => live('Pod', `demo-${component}-x1`, component, given);

interface Given {
  readonly spec?: object;
  readonly children?: readonly Live[];
  readonly pods?: readonly Live[];
  readonly done?: Done;
  readonly metadata?: object;
}

function statusOf({ spec, children = [DATABASE, CACHE, API, MIGRATED], pods = [], done = {}, metadata }: Given) {
  const platform = platformWith(spec, metadata);
  const seen: Observed = { platform, children, pods, credentialsLost: false, monitoring: false, requestMetrics: false };
  const planned = plan(seen, new Floors().at(platform, NOW_MS), NOW_MS);
  return status(seen, { plan: planned, done }, NOW_MS);
}

const said = (given: Given, type: string): string => {
  const condition = statusOf(given).conditions?.find((each) => each.type === type);
  return `${condition?.status ?? ''} ${condition?.reason ?? ''}: ${condition?.message ?? ''}`;
};

describe("Ready's message", () => {
  const behind = { observedGeneration: 1, replicas: 3, readyReplicas: 1, updatedReplicas: 3 };

  it.each<[string, Given, string]>([
    ['nothing is there yet', { children: [] }, 'False WaitingForDatabase: 0 of 1 database pods are ready'],
    [
      'no node has room for the database',
      {
        children: [{ ...DATABASE, status: {} }, CACHE, MIGRATED],
        pods: [
          pod('postgres', { conditions: [{ type: 'PodScheduled', status: 'False', message: 'no node has room' }] }),
        ],
      },
      'False WaitingForDatabase: 0 of 1 database pods are ready; demo-postgres-x1: no node has room',
    ],
    [
      'the database is there, but no image of the cache',
      {
        children: [DATABASE, { ...CACHE, status: { replicas: 1 } }, API],
        pods: [
          pod('api', { containers: [{ name: 'api', waiting: { reason: 'CrashLoopBackOff' } }] }),
          pod('cache', { containers: [{ name: 'cache', waiting: { reason: 'ErrImagePull', message: 'not found' } }] }),
        ],
      },
      'False WaitingForCache: 0 of 1 cache pods are ready; demo-cache-x1, container cache: ErrImagePull not found',
    ],
    [
      'pods only start, as all do',
      {
        children: [{ ...DATABASE, status: { replicas: 1 } }],
        pods: [pod('postgres', { containers: [{ name: 'postgres', waiting: { reason: 'ContainerCreating' } }] })],
      },
      'False WaitingForDatabase: 0 of 1 database pods are ready',
    ],
    [
      'the migration has said why it does not come to its end',
      {
        children: [DATABASE, CACHE, live('Job', 'm', 'migrate', { conditions: [] })],
        pods: [
          {
            ...pod('migrate', {
              containers: [
                {
                  name: 'migrate',
                  terminated: { message: '{"error":"0004: database not reachable"}', finishedAt: 'x' },
                },
              ],
            }),
            metadata: { name: 'm-1', labels: { 'batch.kubernetes.io/job-name': 'm' } },
          },
        ],
      },
      'False Migrating: waiting for the migration to version 0.1.0: 0004: database not reachable',
    ],
    [
      'the API has fewer pods than the floor',
      { children: [DATABASE, CACHE, { ...API, status: behind }, MIGRATED] },
      'False WaitingForApi: 1 of 3 API pods are ready',
    ],
    [
      'the API rolls',
      { children: [DATABASE, CACHE, { ...API, status: { ...READY, updatedReplicas: 1 } }, MIGRATED] },
      'False RollingApi: 3 of 3 API pods are ready',
    ],
    [
      'the API rolls, and its new pods have no room',
      {
        children: [DATABASE, CACHE, { ...API, status: { ...READY, replicas: 4, updatedReplicas: 1 } }, MIGRATED],
        pods: [pod('api', { conditions: [{ type: 'PodScheduled', status: 'False', message: 'no node has room' }] })],
      },
      'False WaitingForApi: 3 of 4 API pods are ready; demo-api-x1: no node has room',
    ],
    [
      'pods are added that nobody waits for yet',
      { children: [DATABASE, CACHE, { ...API, status: { ...READY, replicas: 4, updatedReplicas: 4 } }, MIGRATED] },
      'True Serving: the API serves version 0.1.0',
    ],
    ['all is as it should be', {}, 'True Serving: the API serves version 0.1.0'],
    [
      'it is paused',
      { spec: { paused: true } },
      'True Serving: the API serves version 0.1.0; paused: nothing is changed until spec.paused is false',
    ],
    [
      'the spec is wrong, whatever else is',
      { spec: { district: { displayName: 'x', timeZone: 'Mars/Olympus' } }, children: [] },
      'False InvalidTimeZone: spec.district.timeZone: "Mars/Olympus" is not a time zone: ' +
        'use a name of the IANA time zone database, such as America/Chicago',
    ],
    [
      'a child is refused',
      { done: { refused: { object: 'Service demo-api', message: 'denied' } } },
      'False ChildRefused: Service demo-api: denied',
    ],
    ['something failed', { done: { failed: new Error('timeout') } }, 'False ApplyFailed: timeout; it is tried again'],
  ])('names the first cause when %s', (_what, given, expected) => {
    expect(said(given, 'Ready')).toBe(expected);
  });
});

describe('the other conditions', () => {
  it.each<[string, string, Given, string]>([
    ['Available', 'a pod takes requests', {}, 'True ApiReady: the API takes requests'],
    ['Available', 'none does', { children: [] }, 'False NoApiPodReady: no API pod is ready'],
    ['Progressing', 'all is settled', {}, 'False Settled: everything is as the spec asks'],
    [
      'Progressing',
      'pods are added',
      { children: [DATABASE, CACHE, { ...API, status: { ...READY, replicas: 4, updatedReplicas: 4 } }, MIGRATED] },
      'True AddingPods: 3 of 4 API pods are ready',
    ],
    ['Progressing', 'it is not', { children: [] }, 'True WaitingForDatabase: 0 of 1 database pods are ready'],
    ['Degraded', 'nothing is wrong', {}, 'False AsExpected: nothing is broken'],
    [
      'Degraded',
      'a field is left to another',
      { done: { yielded: [{ object: 'Service demo-api', field: '.spec.type', manager: 'argocd' }] } },
      'True FieldConflict: Service demo-api: .spec.type is declared by "argocd" and left to it: ' +
        'remove the field there to have the operator set it',
    ],
    ['DatabaseMigrated', 'it is', {}, 'True Migrated: the database is at version 0.1.0'],
    ['ScheduleActive', 'there is none', {}, 'False Unscheduled: floor 3: no schedule: api.replicas.min holds'],
    ['BackupCurrent', 'there is none', {}, 'False NoBackupYet: no backup has been taken yet'],
  ])('%s says when %s', (type, _what, given, expected) => {
    expect(said(given, type)).toBe(expected);
  });

  it('hold no more words than the schema lets them', () => {
    const failed = new Error('x'.repeat(9_000));
    expect(statusOf({ done: { failed } }).conditions?.every(({ message }) => message.length <= 2048)).toBe(true);
  });
});

describe('the rest of the status', () => {
  it('tells of the API, its release and where it is found', () => {
    expect(statusOf({ metadata: { generation: 4 } })).toMatchObject({
      observedGeneration: 4,
      api: { replicas: 3, readyReplicas: 3 },
      endpoint: 'http://demo-api.test.svc',
      release: { version: '0.1.0', migratedVersion: '0.1.0' },
      capacity: {
        maxConnections: 200,
        reservedConnections: 16,
        serverConnectionsPerPod: 7,
        clientConnectionsPerPod: 20,
        maxReplicas: 12,
        pods: 24,
        usedAtMost: 184,
      },
    });
  });

  it('tells of the connection budget what is in force, and what the rest waits for', () => {
    const pool = { ...live('ConfigMap', 'demo-pgbouncer', 'api', {}), connections: { most: 7, sinceMs: 0 } };
    const autoscaler = { ...live('HorizontalPodAutoscaler', 'demo-api', 'api', {}), maxReplicas: 12 };
    const database = { ...live('ConfigMap', 'demo-postgres', 'postgres', {}), connections: { most: 200, sinceMs: 0 } };
    const children = [DATABASE, CACHE, API, MIGRATED, pool, autoscaler, database];
    expect(statusOf({ children, spec: { api: { replicas: { min: 1, max: 20 } } } }).capacity).toMatchObject({
      serverConnectionsPerPod: 4,
      maxReplicas: 12,
      pods: 24,
      usedAtMost: 112,
      pending: '20 API pods wait until no pod has a pool of more than 4 connections',
    });
  });

  it('does not call a release running while it still rolls', () => {
    const rolling = { ...API, status: { ...READY, updatedReplicas: 1 } };
    expect(statusOf({ children: [DATABASE, CACHE, rolling, MIGRATED] }).release).toEqual({ migratedVersion: '0.1.0' });
  });
});
