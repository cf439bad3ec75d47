/** A burst on a district, and all that is seen of it. */
import type { Log } from '../../cluster/progress.ts';
import type { Sample } from '../api/arrivals.ts';
import { errorsIn, experienceOf, OBJECTIVE_MS } from '../api/experience.ts';
import { BELL_SHARES } from '../api/lesson-mix.ts';
import type { School } from '../api/scene.ts';
import { atLeast, atMost, exactly, told, type Measure } from '../report/measure.ts';
import type { District } from './district.ts';
import { marksOf, RUNS, type Run } from './marks.ts';
import type { Options } from './options.ts';
import { peaksOf, type Connections } from './peaks.ts';
import { fewest, most, reachedAt, risenAt, type Span } from './standing.ts';
import { drive, dueIn } from './traffic.ts';
import { usageFrom, type Usage } from './usage.ts';

const STAND_MS = 10 * 60_000;

interface Scene {
  readonly district: District;
  readonly school: School;
  readonly options: Options;
  readonly log: Log;
}

interface Striking extends Scene {
  /** When the burst comes, epoch milliseconds. */
  readonly bellMs: number;
  /** Pods that are due by then. */
  readonly due: number;
  /** Since when they could have been known to be. */
  readonly appliedMs: number;
}

export interface Struck extends Span {
  readonly due: number;
  readonly appliedMs: number;
  /** When so many took requests, by the pods' conditions, and when the floor was so high, epoch milliseconds. */
  readonly readyMs: number;
  readonly floorMs: number;
  readonly samples: readonly Sample[];
  readonly connections: readonly Connections[];
  readonly usage: Usage;
  readonly loadCores: number;
}

/** Waits for the bell, and sends the burst. */
export async function strike({ district, school, options, log, bellMs, due, appliedMs }: Striking): Promise<Struck> {
  const { watch } = district;
  const standing = watch
    .until(({ ready }) => ready >= due, bellMs - appliedMs + STAND_MS)
    .then(() => reachedAt(watch.readySince, due));
  // Whoever waits for it hears of a failure there.
  standing.catch(() => undefined);
  const seconds = options.burstMinutes * 60;
  const requests = dueIn([{ perSecond: options.burstRate, fromSeconds: 0, seconds }]);
  using running = await drive({ district, school, due: requests, atMs: bellMs });
  const used = usageFrom();
  log(`${options.burstRate} requests a second for ${seconds} s`);
  const { samples, ownCores } = await running.result;
  return {
    due,
    appliedMs,
    fromMs: bellMs,
    toMs: Date.now(),
    readyMs: await standing,
    floorMs: risenAt(watch.moments, appliedMs, { of: 'floor', to: due }),
    samples,
    connections: await district.connections.since(bellMs),
    usage: used(),
    loadCores: ownCores,
  };
}

/** By the operator's own account. */
const METRIC = 'heroes_schedule_ready_before_bell_seconds';

/** @returns how long before the bell the pods took requests. */
export async function readinessMeasures({ district }: Scene, struck: Struck): Promise<Measure[]> {
  const { due, appliedMs, fromMs: bellMs, readyMs, floorMs } = struck;
  const name = (what: string): string => `${RUNS.calendar}: ${what}`;
  const own = await district.metric(METRIC);
  return [
    told(name('the calendar was applied before the bell'), (bellMs - appliedMs) / 1000, 's'),
    told(name('the floor was raised before the bell'), (bellMs - floorMs) / 1000, 's'),
    atLeast(0, name(`${due} pods took requests before the bell`), (bellMs - readyMs) / 1000, 's'),
    ...(own === undefined ? [] : [told(name('the same as the operator measures it'), own, 's')]),
  ];
}

/** @returns what the burst was like, with bars where the calendar has to hold them. */
export async function struckMeasures(run: Run, { district, log }: Scene, struck: Struck): Promise<Measure[]> {
  const { samples, fromMs: bellMs } = struck;
  const { moments } = district.watch;
  const name = (what: string): string => `${RUNS[run]}: ${what}`;
  const { requests, errors, p50, p95, p99 } = experienceOf(samples);
  if (errors > 0) log(errorsIn(samples).join(', '));
  const refused = samples.filter(({ status }) => status === 429).length;
  const inFirst = samples.filter(({ dueMs }) => dueMs < 1000).length;
  const mustHold = run === 'calendar';
  return [
    told(name('requests'), requests, 'requests'),
    told(name('of them in the first second'), inFirst, 'requests'),
    mustHold ? exactly(0, name('errors'), errors, 'requests') : told(name('errors'), errors, 'requests'),
    mustHold ? exactly(0, name('429s'), refused, 'requests') : told(name('429s'), refused, 'requests'),
    told(name('p50'), p50, 'ms'),
    mustHold ? atMost(OBJECTIVE_MS, name('p95'), p95, 'ms') : told(name('p95'), p95, 'ms'),
    told(name('p99'), p99, 'ms'),
    ...Object.keys(BELL_SHARES).map((each) =>
      told(name(`p95 of ${each}`), experienceOf(samples.filter((sample) => sample.name === each)).p95, 'ms'),
    ),
    told(name('fewest pods that were ready'), fewest(moments, struck, 'ready'), 'pods'),
    told(name('most pods that were ready'), most(moments, struck, 'ready'), 'pods'),
    ...(await connectionMeasures(name, { district, connections: struck.connections })),
    ...usageMeasures(name, struck),
    ...marksOf(run, { samples, moments, bellMs }),
  ];
}

type Name = (what: string) => string;

interface Held {
  readonly district: District;
  readonly connections: readonly Connections[];
}

/** @returns the most connections that there were, beside the budget. */
export async function connectionMeasures(name: Name, { district, connections }: Held): Promise<Measure[]> {
  const { capacity } = await district.status();
  const { maxConnections = NaN, reservedConnections = NaN, serverConnectionsPerPod = NaN } = capacity ?? {};
  const peaks = peaksOf(connections);
  return [
    atMost(
      maxConnections - 1,
      name('most connections to PostgreSQL, max_connections less one'),
      peaks.all,
      'connections',
    ),
    atMost(maxConnections - reservedConnections, name("the API's of them, its budget"), peaks.api, 'connections'),
    atMost(serverConnectionsPerPod, name("one pod's of them, its share"), peaks.ofOnePod, 'connections'),
    told(name('pods with connections at one time'), peaks.pods, 'pods'),
    exactly(0, name('connections that PostgreSQL had none for'), await district.refusedConnections(), 'connections'),
  ];
}

/** @returns what the machine was used for, and how late the load itself was. */
export function usageMeasures(
  name: Name,
  { samples, usage, loadCores }: Pick<Struck, 'samples' | 'usage' | 'loadCores'>,
): Measure[] {
  const late = experienceOf(samples.map((sample) => ({ ...sample, latencyMs: sample.lateMs })));
  const { all, relays, watching } = usage;
  return [
    told(name('p99 of how late the load itself was'), late.p99, 'ms'),
    told(name('cores that the load used'), loadCores, 'cores'),
    told(name('cores that the way to loopback used'), relays, 'cores'),
    told(name('cores that the bench used to watch'), watching, 'cores'),
    told(name('cores that the node used, pods and control plane'), all - relays - watching - loadCores, 'cores'),
  ];
}
