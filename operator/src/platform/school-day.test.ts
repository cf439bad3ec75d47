/** A school day, in steps of minutes, on a cluster whose autoscaler does as Kubernetes' own does: what is written, said and measured. */
import { Registry } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Status } from '@heroes/crds/status.ts';
import { createPlatformMetrics } from '../metrics.ts';
import { Applier } from './apply.ts';
import { BellBook } from './bells.ts';
import { Floors } from './floors.ts';
import { createReconcile } from './reconcile.ts';
import { FakeCluster } from './testing/fake-cluster.ts';
import { KEY } from './testing/platforms.ts';
import { conditionOf, only, work } from './testing/reconciling.ts';

const MINUTE_MS = 60_000;
const tuesday = (time: string): number => Date.parse(`2026-11-24T${time}:00Z`);
const hourOf = (ms: number): string => new Date(ms).toISOString().slice(11, 16);

const period = (name: string, startTime: string, endTime: string, students?: number) => ({
  name,
  startTime,
  endTime,
  ...(students === undefined ? {} : { students }),
});
const school = (name: string, students: number, periods: readonly object[]) => ({
  name,
  students,
  terms: [{ name: 'fall', startDate: '2026-08-17', endDate: '2026-12-18' }],
  bellSchedules: [{ name: 'regular', days: ['Tuesday', 'Wednesday'], periods }],
});
/** The second period is smaller; the second school begins later and is over earlier. */
const HIGH = school('high', 1_400, [
  period('1', '08:00', '08:50'),
  period('2', '08:55', '09:45', 600),
  period('3', '10:00', '10:50'),
  period('4', '10:55', '11:45'),
]);
const MIDDLE = school('middle', 500, [period('1', '08:30', '09:30'), period('2', '09:35', '10:30')]);
const schedule = (extra: object = {}) => ({
  studentsPerReplica: 200,
  idleReplicas: 2,
  calendars: [HIGH, MIDDLE],
  ...extra,
});

class Day {
  readonly cluster: FakeCluster;
  readonly registry = new Registry();
  /** The floor that is held by the cluster, each time that it changed, as `08:00 7`. */
  readonly floors: string[] = [];
  readonly readiness: string[] = [];
  /** Pods for which the nodes have room. */
  room = Infinity;
  readonly #metrics: ReturnType<typeof createPlatformMetrics>;
  #run: () => Promise<unknown>;
  #nowMs = tuesday('07:30');
  #replicas = 0;

  constructor(spec: object = {}) {
    this.cluster = new FakeCluster({ schedule: schedule(), ...spec });
    const clocks = { wallMs: () => this.#nowMs, monotonicMs: () => this.#nowMs };
    this.#metrics = createPlatformMetrics(this.registry, new BellBook(clocks));
    this.#run = this.#operator();
  }

  get floor(): number {
    const autoscaler = this.cluster.manifests.get('HorizontalPodAutoscaler/demo-api');
    return (autoscaler?.spec as { readonly minReplicas: number } | undefined)?.minReplicas ?? 0;
  }

  get status(): Status {
    return this.cluster.object?.status ?? {};
  }

  /** Another operator takes over, which remembers nothing. */
  restart(): void {
    this.#run = this.#operator();
  }

  /** Reconciles until there is nothing left to write. @returns what was written. */
  async settle(): Promise<string[]> {
    this.cluster.writes.length = 0;
    for (let round = 0, before = -1; before !== this.cluster.writes.length && round < 12; round += 1) {
      before = this.cluster.writes.length;
      await this.#run();
    }
    return [...this.cluster.writes];
  }

  /** Brings the platform up, early in the morning. Of its pods nothing is asked but how many are ready. */
  async begin(): Promise<void> {
    for (let round = 0; round < 6; round += 1) {
      await this.settle();
      work(this.cluster);
      this.cluster.pods = [];
      this.#scale();
    }
    this.#note();
  }

  /** Lets time pass, and the operator look every five minutes unless it says otherwise. */
  async until(time: string, { everyMinutes = 5 }: { readonly everyMinutes?: number } = {}): Promise<void> {
    while (this.#nowMs < tuesday(time)) {
      this.#nowMs = Math.min(this.#nowMs + everyMinutes * MINUTE_MS, tuesday(time));
      await this.settle();
      this.#scale();
      await this.settle();
      this.#note();
    }
  }

  /** Lets the seconds pass for which words of the status may be behind. */
  async rest(): Promise<void> {
    this.#nowMs += 6_000;
    await this.settle();
  }

  async measured(): Promise<Record<string, number | undefined>> {
    const all = await this.registry.getMetricsAsJSON();
    return Object.fromEntries(all.map(({ name, values }) => [name.replace('heroes_', ''), values[0]?.value]));
  }

  get refreshes(): boolean {
    const job = this.cluster.manifests.get('CronJob/demo-refresh');
    return (job?.spec as { readonly suspend: boolean } | undefined)?.suspend === false;
  }

  /** The autoscaler honours a raised minimum at once, and without load goes down to it (pkg/controller/podautoscaler). */
  #scale(): void {
    // Pods that were there at the last step are ready by now.
    const ready = Math.min(this.#replicas, this.floor, this.room);
    this.#replicas = this.floor;
    if (!this.cluster.objects.has('Deployment/demo-api')) return;
    this.cluster.settle('Deployment/demo-api', {
      observedGeneration: 1,
      replicas: this.#replicas,
      readyReplicas: ready,
      updatedReplicas: this.#replicas,
    });
  }

  #note(): void {
    const floor = `${hourOf(this.#nowMs)} ${this.floor}`;
    if (this.floors.at(-1)?.slice(6) !== String(this.floor)) this.floors.push(floor);
    const { status = '', reason = '' } = conditionOf(this.cluster, 'Ready') ?? {};
    const ready = `${status} ${reason}`;
    if (this.readiness.at(-1) !== ready) this.readiness.push(ready);
  }

  #operator(): () => Promise<unknown> {
    const { cluster } = this;
    const reconcile = createReconcile({
      reader: cluster,
      writer: cluster,
      applier: new Applier(cluster),
      floors: new Floors(),
      recorder: cluster,
      metrics: this.#metrics,
      now: () => this.#nowMs,
    });
    return async () => reconcile(KEY);
  }
}

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
      { type: 'Normal', reason: 'PreScaling', message: `for the next bell, floor 7: ${inClass}` },
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
      {
        type: 'Normal',
        reason: 'Prescaled',
        message: '8 by hand until 2026-11-24T07:45:00Z (state tests); floor 8',
      },
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
