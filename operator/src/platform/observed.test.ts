import { describe, expect, it } from 'vitest';
import { child, childrenOf, jobOutcome, versionOf, workload, type Live, type Observed } from './observed.ts';
import { platformWith } from './testing/platforms.ts';

const live = (kind: string, name: string, more: Partial<Live> & { labels?: Record<string, string> } = {}): Live => {
  const { labels = {}, ...rest } = more;
  return { apiVersion: 'v1', kind, metadata: { name, labels }, ...rest };
};

const seeing = (parts: Partial<Observed>): Observed => ({
  platform: platformWith(),
  children: [],
  pods: [],
  credentialsLost: false,
  monitoring: false,
  requestMetrics: false,
  ...parts,
});

describe('child', () => {
  it('finds by kind and name, and those of a component by its label', () => {
    const labels = { 'app.kubernetes.io/component': 'api', 'app.kubernetes.io/version': '1.2.3' };
    const children = [live('Service', 'a', { labels }), live('Deployment', 'a', { labels }), live('Deployment', 'b')];
    const seen = seeing({ children });
    expect(child(seen, 'Deployment', 'a')).toBe(children[1]);
    expect(child(seen, 'Job', 'a')).toBeUndefined();
    expect(childrenOf(seen, 'Deployment', 'api')).toEqual([children[1]]);
    expect([versionOf(children[1]), versionOf(children[2]), versionOf(undefined)]).toEqual([
      '1.2.3',
      undefined,
      undefined,
    ]);
  });
});

describe('jobOutcome', () => {
  const finished = '2026-11-24T10:00:00Z';
  const condition = (type: string, status = 'True') => ({
    type,
    status,
    lastTransitionTime: finished,
    message: 'the Job says',
  });
  const pod = (message: string, finishedAt: string, job = 'j'): Live =>
    live('Pod', `p-${finishedAt}`, {
      labels: { 'batch.kubernetes.io/job-name': job },
      status: { containers: [{ name: 'main', terminated: { message, finishedAt } }] },
    });

  it.each<[string, NonNullable<Live['status']>['conditions'], string, number]>([
    ['no condition', [], 'Running', 0],
    ['one that does not hold', [condition('Complete', 'False')], 'Running', 0],
    ['one that tells of something else', [condition('Suspended'), condition('FailureTarget')], 'Running', 0],
    ['a success', [condition('SuccessCriteriaMet'), condition('Complete')], 'Succeeded', Date.parse(finished)],
    ['a failure', [condition('Failed')], 'Failed', Date.parse(finished)],
  ])('of a Job with %s', (_what, conditions = [], state, finishedAtMs) => {
    expect(jobOutcome(seeing({}), live('Job', 'j', { status: { conditions } }))).toMatchObject({ state, finishedAtMs });
  });

  it('has the last words of its pods, else its own', () => {
    const job = live('Job', 'j', { status: { conditions: [condition('Failed')] } });
    const pods = [
      pod('second\n', '2026-11-24T09:00:00Z'),
      pod('first', '2026-11-24T08:00:00Z'),
      pod('other', finished, 'k'),
    ];
    expect(jobOutcome(seeing({ pods }), job).message).toBe('second');
    expect(jobOutcome(seeing({}), job).message).toBe('the Job says');
    expect(jobOutcome(seeing({}), live('Job', 'j')).message).toBe('');
  });
});

describe('workload', () => {
  const object = (generation: number, status: Live['status']): Live => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a', generation },
    ...(status === undefined ? {} : { status }),
  });

  it.each([
    ['there is none', undefined, { exists: false, replicas: 0, ready: 0, current: false }],
    ['its controller has not seen it', object(1, undefined), { exists: true, replicas: 0, ready: 0, current: false }],
    [
      'its controller has not seen its newest form',
      object(2, { observedGeneration: 1, replicas: 3, updatedReplicas: 3, readyReplicas: 3 }),
      { exists: true, replicas: 3, ready: 3, current: false },
    ],
    [
      'it rolls',
      object(2, { observedGeneration: 2, replicas: 4, updatedReplicas: 1, readyReplicas: 3 }),
      { exists: true, replicas: 4, ready: 3, current: false },
    ],
    [
      'all is as it should be',
      object(2, { observedGeneration: 2, replicas: 3, updatedReplicas: 3, readyReplicas: 3 }),
      { exists: true, replicas: 3, ready: 3, current: true },
    ],
  ])('when %s', (_what, given, expected) => {
    expect(workload(given)).toEqual(expected);
  });
});
