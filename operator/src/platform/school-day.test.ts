/** A school day, in steps of minutes: what is written, said and measured. */
import { beforeEach, describe, expect, it } from 'vitest';
import { conditionOf, only } from './testing/reconciling.ts';
import { Day, schedule, tuesday } from './testing/school-day.ts';

describe('a school day', { timeout: 60_000 }, () => {
  let day: Day;
  beforeEach(async () => {
    day = new Day({ release: { version: '0.2.0' } });
    await day.begin();
    day.cluster.events.length = 0;
  });

  it('raises the floor ahead of each bell, and lowers it once, when the last class is over', async () => {
    await day.until('12:00');
    // 7 from 07:50 for 1400 students, 10 from 08:20 with the second school's 500.
    expect(day.floors).toEqual(['07:30 2', '07:50 7', '08:20 10', '11:50 2']);
  });

  it('is Ready from its beginning to its end', async () => {
    await day.until('12:00');
    expect(day.readiness).toEqual(['True Serving']);
  });

  it('says in its Events what the day has come to, each once, whoever leads', async () => {
    for (const time of ['07:45', '07:55', '08:10', '09:00', '11:00', '12:00']) {
      await day.until(time);
      day.restart();
    }
    const inClass = '1400 students: high (regular period 1)';
    expect(day.cluster.events).toEqual([
      { type: 'Normal', reason: 'PreScaling', message: `floor 7: ${inClass}` },
      { type: 'Normal', reason: 'ClassBegan', message: `floor 7: ${inClass}` },
      { type: 'Normal', reason: 'ClassEnded', message: 'floor 2: nobody is in class' },
    ]);
  });

  it('writes nothing when another operator takes over, at any time of the day', async () => {
    for (const time of ['07:40', '07:50', '07:55', '08:20', '09:00', '11:00', '11:50', '12:00']) {
      await day.until(time);
      await day.rest();
      day.restart();
      expect(await day.settle()).toEqual([]);
    }
  });

  it('tells what stands, why, and what comes next', async () => {
    await day.until('07:40');
    const idle = { state: 'Idle', floor: 2, reason: 'nobody is in class' };
    expect(day.status.schedule).toEqual({ ...idle, nextTransitionTime: '2026-11-24T07:50:00Z', nextFloor: 7 });
    await day.until('09:00');
    expect(day.status.schedule).toMatchObject({
      state: 'InClass',
      floor: 10,
      reason: expect.stringMatching(/^10 stand until nobody is in class; asked for: 1100 students/) as string,
      nextTransitionTime: '2026-11-24T11:50:00Z',
      nextFloor: 2,
    });
  });

  it('has what is due ready before each bell, and nobody a second under the floor', async () => {
    await day.until('08:00');
    const atFirst = await day.measured();
    // Asked for at 07:50, there five minutes later.
    expect(atFirst).toMatchObject({ schedule_floor: 7, schedule_students_in_class: 1_400, api_ready_pods: 7 });
    expect(atFirst.schedule_ready_before_bell_seconds).toBe(5 * 60);
    expect(atFirst.schedule_last_bell_timestamp_seconds).toBe(tuesday('08:00') / 1000);
    await day.until('08:30');
    expect((await day.measured()).schedule_ready_before_bell_seconds).toBe(5 * 60);
    await day.until('12:00');
    expect(await day.measured()).toMatchObject({
      schedule_floor: 2,
      schedule_students_in_class: 0,
      schedule_seconds_under_floor_total: 0,
    });
  });

  it('is told of no more once the platform is gone', async () => {
    day.cluster.object = undefined;
    await day.settle();
    expect(await day.registry.metrics()).not.toContain('heroesplatform=');
  });

  it('keeps the floor when the spec is edited in class, and follows it when that is over', async () => {
    await day.until('09:00');
    day.cluster.edit({ schedule: schedule({ studentsPerReplica: 1_000 }) });
    await day.until('12:00');
    expect(day.floors).toEqual(['07:30 2', '07:50 7', '08:20 10', '11:50 2']);
  });

  it('comes to the same when the operator is away, and when it looks seldom', async () => {
    await day.until('08:00', { everyMinutes: 40 });
    expect(day.floor).toBe(7);
    await day.until('12:40', { everyMinutes: 40 });
    expect(day.floors.at(-1)).toMatch(/ 2$/);
    expect(day.floors.map((each) => Number(each.slice(6)))).toEqual([2, 7, 10, 2]);
  });

  it('takes back what somebody else has set on the autoscaler, up or down', async () => {
    await day.until('09:00');
    const id = 'HorizontalPodAutoscaler/demo-api';
    const live = day.cluster.objects.get(id);
    if (live === undefined) throw new Error('there is none');
    const { minReplicas: _ours, ...theirs } = live;
    day.cluster.objects.set(id, { ...theirs, owned: 'theirs' });
    expect(only(await day.settle(), 'apply')).toEqual(['HorizontalPodAutoscaler demo-api']);
    expect(day.floor).toBe(10);
  });

  it('refreshes what is looked at in class as long as somebody is', async () => {
    await day.until('07:49');
    expect(day.refreshes).toBe(false);
    await day.until('07:50');
    expect(day.refreshes).toBe(true);
    await day.until('11:50');
    expect(day.refreshes).toBe(false);
  });
});

describe('a manual floor', { timeout: 60_000 }, () => {
  const byHand = { replicas: 8, until: '2026-11-24T07:45:00Z', reason: 'state tests' };

  it('stands until its end, is told, and is no class', async () => {
    const day = new Day({ release: { version: '0.2.0' } });
    await day.begin();
    day.cluster.events.length = 0;
    await day.until('07:31');
    day.cluster.edit({ schedule: schedule({ prescale: byHand }) });
    await day.until('07:36');
    expect(day.status.schedule).toEqual({
      state: 'Idle',
      floor: 8,
      reason: '8 by hand until 2026-11-24T07:45:00Z (state tests); nobody is in class',
      nextTransitionTime: '2026-11-24T07:45:00Z',
      nextFloor: 2,
      prescale: byHand,
    });
    expect(day.refreshes).toBe(false);
    expect(day.readiness).toEqual(['True Serving']);
    await day.until('07:48');
    expect(day.status.schedule).not.toHaveProperty('prescale');
    expect(day.floors).toEqual(['07:30 2', '07:36 8', '07:46 2']);
    expect(day.cluster.events).toEqual([
      { type: 'Normal', reason: 'Prescaled', message: '8 by hand until 2026-11-24T07:45:00Z (state tests); floor 8' },
      { type: 'Normal', reason: 'PrescaleEnded', message: '8 by hand (state tests)' },
    ]);
  });

  it('that lapses in class leaves the pods to the class', async () => {
    const day = new Day();
    await day.begin();
    day.cluster.edit({ schedule: schedule({ prescale: { ...byHand, replicas: 12, until: '2026-11-24T08:10:00Z' } }) });
    await day.until('12:00');
    expect(day.floors).toEqual(['07:30 2', '07:35 12', '11:50 2']);
  });
});

describe('a class whose pods do not come', { timeout: 60_000 }, () => {
  it('is told: Ready, an Event, and for how long', async () => {
    const day = new Day();
    await day.begin();
    day.cluster.events.length = 0;
    await day.until('07:49');
    day.room = 2;
    await day.until('07:59');
    expect(conditionOf(day.cluster, 'Ready')).toMatchObject({ status: 'True' });
    expect(conditionOf(day.cluster, 'Progressing')).toMatchObject({
      status: 'True',
      reason: 'AddingPods',
      message: '2 of 7 API pods are ready',
    });
    await day.until('08:05');
    expect(conditionOf(day.cluster, 'Ready')).toMatchObject({ status: 'False', reason: 'WaitingForApi' });
    expect(day.cluster.events).toContainEqual({
      type: 'Warning',
      reason: 'ClassUnderFloor',
      message: '2 API pods are ready; floor 7: 1400 students: high (regular period 1)',
    });
    expect(await day.measured()).toMatchObject({
      schedule_ready_before_bell_seconds: -300,
      schedule_seconds_under_floor_total: 300,
    });
  });
});
