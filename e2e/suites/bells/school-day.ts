/** A school day of a platform on a bare control plane: the operator's clock is set from one time of it to the next. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Status } from '@heroes/crds/status.ts';
import type { Client } from '@heroes/operator/kube/client.ts';
import type { KubeObject, Resource } from '@heroes/operator/kube/resource.ts';
import { PLATFORM } from '@heroes/operator/platform/kinds.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import type { WallClock } from '../../control-plane/wall-clock.ts';

export const KEY = { namespace: 'bells', name: 'bells' } as const;

const AUTOSCALER: Resource = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
};
const DEPLOYMENT: Resource = { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' };

/** The day on which all happens; every day of the week has school, so that it can be any. */
const DATE = new Date().toISOString().slice(0, 10);
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** @returns a time of that day, epoch milliseconds; the district is in UTC. */
export const timeOf = (time: string): number => Date.parse(`${DATE}T${time.length === 5 ? `${time}:00` : time}Z`);

const period = (name: string, [startTime, endTime]: readonly [string, string], more: object = {}) => ({
  name,
  startTime,
  endTime,
  ...more,
});
const school = (name: string, students: number, periods: readonly object[]) => ({
  name,
  students,
  terms: [{ name: 'all', startDate: '2020-01-01', endDate: '2099-12-31' }],
  bellSchedules: [{ name: 'regular', days: DAYS, periods }],
});

/** Six periods, of which one is smaller, and a second school that begins later and is over earlier. */
const CALENDARS = [
  school('high', 1_400, [
    period('1', ['08:00', '08:40']),
    period('2', ['08:45', '09:25'], { students: 600 }),
    period('3', ['09:30', '10:10']),
    period('4', ['10:20', '11:00']),
  ]),
  school('middle', 500, [period('1', ['08:30', '09:30']), period('2', ['09:35', '10:30'])]),
];

/** @returns the platform, fields of its schedule replaced by those given. */
export const platform = (schedule: object = {}): KubeObject => ({
  apiVersion: PLATFORM.apiVersion,
  kind: PLATFORM.kind,
  metadata: { ...KEY },
  spec: {
    district: { displayName: 'Bells', timeZone: 'UTC' },
    release: { version: packageJson.version },
    api: { replicas: { min: 2, max: 12 } },
    database: { embedded: { storage: '1Gi' } },
    backup: { repository: { volume: { size: '1Gi' } } },
    schedule: { studentsPerReplica: 200, idleReplicas: 2, calendars: CALENDARS, ...schedule },
  },
});

/** Every value of a field, in the order in which the cluster held them. */
async function* history(
  client: Client,
  resource: Resource,
  { valueOf, signal }: { readonly valueOf: (spec: object) => number | undefined; readonly signal: AbortSignal },
): AsyncGenerator<number> {
  const scope = { namespace: KEY.namespace };
  const { resourceVersion } = await client.list(resource, scope);
  const watched = client.watch(resource, { ...scope, resourceVersion, timeoutSeconds: 3_000 }, signal);
  for await (const { type, object } of watched) {
    if (type === 'BOOKMARK' || object.metadata.name !== `${KEY.name}-api`) continue;
    const value = valueOf(object.spec ?? {});
    if (value !== undefined) yield value;
  }
}

const minReplicasOf = (spec: { readonly minReplicas?: number }): number | undefined => spec.minReplicas;
const replicasOf = (spec: { readonly replicas?: number }): number | undefined => spec.replicas;

export class SchoolDay {
  /** Minima of the autoscaler, and replicas of the Deployment, each time they changed. */
  readonly floors: number[] = [];
  readonly replicas: number[] = [];
  readonly #client: Client;
  readonly #clock: WallClock;
  readonly #ended = new AbortController();

  constructor(client: Client, clock: WallClock) {
    this.#client = client;
    this.#clock = clock;
    this.#follow(this.floors, AUTOSCALER, minReplicasOf);
    this.#follow(this.replicas, DEPLOYMENT, replicasOf);
  }

  get floor(): number {
    return this.floors.at(-1) ?? 0;
  }

  /** Sets the operator's clock. */
  at(time: string): void {
    this.#clock.set(timeOf(time));
  }

  async status(): Promise<Status> {
    return (await this.#client.get(PLATFORM, KEY))?.status ?? {};
  }

  /** Changes the schedule, as a user does. */
  async edit(schedule: object): Promise<void> {
    await this.#client.apply(PLATFORM, platform(schedule), { force: true });
  }

  /** Waits until the floor is so, and as many pods are ready. @throws Error after 30 s. */
  async stands(floor: number): Promise<void> {
    const lines = await this.#soon(async () => {
      const { schedule, api } = await this.status();
      const found = [this.floor, schedule?.floor, Math.min(floor, api?.readyReplicas ?? 0)];
      return found.every((each) => each === floor) ? undefined : `floor, status and ready pods are ${found.join(', ')}`;
    });
    if (lines !== undefined) throw new Error(`${lines}, not ${floor}`);
  }

  async #soon(fault: () => Promise<string | undefined>): Promise<string | undefined> {
    const giveUpMs = performance.now() + 30_000;
    for (;;) {
      const found = await fault();
      if (found === undefined || performance.now() > giveUpMs) return found;
      await sleep(100);
    }
  }

  /** Stops following the cluster. */
  end(): void {
    this.#ended.abort();
  }

  #follow(values: number[], resource: Resource, valueOf: (spec: object) => number | undefined): void {
    const { signal } = this.#ended;
    const follow = async (): Promise<void> => {
      for await (const value of history(this.#client, resource, { valueOf, signal }))
        if (values.at(-1) !== value) values.push(value);
    };
    follow().catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

/** @returns how often a value was followed by a smaller one. */
export const lowerings = (values: readonly number[]): number =>
  values.filter((value, index) => value < (values[index - 1] ?? 0)).length;
