/** A school day on a cluster whose autoscaler does as Kubernetes' own does, without load, and an operator on it. */
import { Registry } from 'prom-client';
import type { Status } from '@heroes/crds/status.ts';
import { createPlatformMetrics } from '../../metrics.ts';
import { Applier } from '../apply.ts';
import { BellBook } from '../bells.ts';
import { Floors } from '../floors.ts';
import { createReconcile } from '../reconcile.ts';
import { FakeCluster } from './fake-cluster.ts';
import { KEY } from './platforms.ts';
import { conditionOf, work } from './reconciling.ts';

const MINUTE_MS = 60_000;
/** @returns a time of the day that is played, epoch milliseconds; the district is in UTC. */
export const tuesday = (time: string): number => Date.parse(`2026-11-24T${time}:00Z`);
const hourOf = (ms: number): string => new Date(ms).toISOString().slice(11, 16);

const period = (name: string, [startTime, endTime]: readonly [string, string], more: object = {}) => ({
  name,
  startTime,
  endTime,
  ...more,
});
const school = (name: string, students: number, periods: readonly object[]) => ({
  name,
  students,
  terms: [{ name: 'fall', startDate: '2026-08-17', endDate: '2026-12-18' }],
  bellSchedules: [{ name: 'regular', days: ['Tuesday', 'Wednesday'], periods }],
});
/** The second period is smaller; the second school begins later and is over earlier. */
const HIGH = school('high', 1_400, [
  period('1', ['08:00', '08:50']),
  period('2', ['08:55', '09:45'], { students: 600 }),
  period('3', ['10:00', '10:50']),
  period('4', ['10:55', '11:45']),
]);
const MIDDLE = school('middle', 500, [period('1', ['08:30', '09:30']), period('2', ['09:35', '10:30'])]);
/** @returns the schedule of the district, fields replaced by those given. */
export const schedule = (extra: object = {}) => ({
  studentsPerReplica: 200,
  idleReplicas: 2,
  calendars: [HIGH, MIDDLE],
  ...extra,
});

export class Day {
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
