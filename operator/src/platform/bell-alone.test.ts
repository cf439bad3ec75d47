/** Bells while nothing else of a spec may be written. */
import { beforeEach, describe, expect, it } from 'vitest';
import { RefusedError } from './cluster.ts';
import { conditionOf, only } from './testing/reconciling.ts';
import { Day } from './testing/school-day.ts';

describe('a bell', { timeout: 60_000 }, () => {
  let day: Day;
  beforeEach(async () => {
    day = new Day();
    await day.begin();
  });

  const REFUSED = { database: { embedded: { maxConnections: 20 } }, cache: { embedded: { maxMemory: '128Mi' } } };
  const FLOORS = ['07:30 2', '07:50 7', '08:20 10', '11:50 2'];

  it('is heard though the rest of the spec is one that is refused, which is still said', async () => {
    day.cluster.edit(REFUSED);
    await day.until('12:00');
    expect(day.floors).toEqual(FLOORS);
    expect(conditionOf(day.cluster, 'Ready')).toMatchObject({ status: 'False', reason: 'ConnectionBudgetExceeded' });
    expect(day.status.schedule).toMatchObject({ state: 'Idle', floor: 2 });
  });

  it('changes nothing else then, nor more than once', async () => {
    day.cluster.edit(REFUSED);
    await day.until('07:45');
    expect(only(await day.settle(), 'apply')).toEqual([]);
    await day.until('07:49', { everyMinutes: 1 });
    const applied = day.cluster.manifests.get('ConfigMap/demo-cache');
    await day.until('07:50');
    expect(day.floor).toBe(7);
    expect(day.cluster.manifests.get('ConfigMap/demo-cache')).toBe(applied);
    expect(only(await day.settle(), 'apply')).toEqual([]);
  });

  it.each([
    ['the cluster refuses another part of a change', new RefusedError('exceeded quota'), 'ChildRefused'],
    ['a change fails for something that may pass', new Error('the webhook is away'), 'ApplyFailed'],
  ])('is heard though %s', async (_what, fault, reason) => {
    day.cluster.edit({ cache: { embedded: { maxMemory: '128Mi' } } });
    day.cluster.faultOf = (write) => (write === 'rehearse Deployment demo-cache' ? fault : undefined);
    await day.until('12:00');
    expect(day.floors).toEqual(FLOORS);
    expect(conditionOf(day.cluster, 'Ready')).toMatchObject({ status: 'False', reason });
  });

  it.each([
    [
      'is held in a way of the cluster',
      (cluster: Day['cluster']) => cluster.heldOtherwise.add('HorizontalPodAutoscaler/demo-api'),
    ],
    [
      'has fields that another declares',
      (cluster: Day['cluster']) =>
        cluster.declared.set('HorizontalPodAutoscaler/demo-api', [{ field: '.spec.maxReplicas', manager: 'other' }]),
    ],
  ])('is written once where the autoscaler %s', async (_what, prepare) => {
    prepare(day.cluster);
    day.cluster.edit(REFUSED);
    await day.until('07:50');
    day.cluster.writes.length = 0;
    await day.until('08:10');
    expect(only(day.cluster.writes, 'apply')).toEqual([]);
  });

  it('that is itself refused is said beside what the spec is refused for', async () => {
    day.cluster.edit(REFUSED);
    day.cluster.faultOf = (write) =>
      write === 'apply HorizontalPodAutoscaler demo-api' ? new RefusedError('denied by a policy') : undefined;
    await day.until('07:50');
    expect(conditionOf(day.cluster, 'Ready')?.message).toMatch(
      /raise database.*; the floor is not written: HorizontalPodAutoscaler demo-api: denied by a policy$/,
    );
  });

  it('is none where there is no calendar: the least of pods is a field as any other', async () => {
    const other = new Day({ schedule: undefined });
    await other.begin();
    other.cluster.edit({ ...REFUSED, api: { replicas: { min: 4, max: 8 } } });
    await other.until('08:00');
    expect(other.floors).toHaveLength(1);
    other.cluster.edit({ database: { embedded: { maxConnections: 200 } } });
    other.cluster.faultOf = (write) =>
      write === 'rehearse Deployment demo-cache' ? new RefusedError('exceeded quota') : undefined;
    await other.until('09:00');
    expect(other.floors).toHaveLength(1);
  });

  it('is not heard by a platform that is paused', async () => {
    day.cluster.edit({ paused: true });
    await day.until('09:00');
    expect(day.floors).toEqual(['07:30 2']);
    day.cluster.edit({ database: { embedded: { maxConnections: 20 } } });
    await day.until('10:00');
    expect(day.floors).toEqual(['07:30 2']);
  });
});
