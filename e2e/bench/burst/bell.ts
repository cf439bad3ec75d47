/** A bell, and the burst that comes with it: with the calendar, whose pods stand before it, and with the autoscaler alone. */
import { setTimeout as sleep } from 'node:timers/promises';
import { step, type Log } from '../../cluster/progress.ts';
import type { School } from '../api/scene.ts';
import { exactly, told, type Measure } from '../report/measure.ts';
import { errorsIn, experienceOf } from '../api/experience.ts';
import { openDistrict, type District } from './district.ts';
import { RUNS } from './marks.ts';
import type { How, Options } from './options.ts';
import { bellAfter, morningZone, scheduleOf } from './school-day.ts';
import { DUE, specOf, STUDENTS } from './shape.ts';
import { scaleDowns } from './standing.ts';
import { readinessMeasures, strike, struckMeasures } from './strike.ts';
import { drive, dueIn, openSchoolFor } from './traffic.ts';
import type { World } from './world.ts';

/** Each connection of the API's keeps plans of its own, and two cores have work for few: what is over for two pods is 6 each. */
const MAX_CONNECTIONS = 40;
/** What the calendar asks for is all there may be: more pods would take the cores that these need. */
const REPLICAS = { min: 1, max: DUE };
/** Where bells ring in the world. */
const MARK_MINUTES = 5;
/** Until when pods are there. */
const LEAD_MINUTES = 2;
/** The class goes on for so much longer than the burst. */
const AFTER_MINUTES = 1;
const STEADY = 5;
/** For which pods may be taken away: the autoscaler looks back for a while, and then takes one a minute. */
const DOWN_SECONDS = 3_600;
const REST_MS = 30_000;
const MINUTE_MS = 60_000;

interface Scene {
  readonly district: District;
  readonly school: School;
  readonly timeZone: string;
  readonly options: Options;
  readonly log: Log;
}

/** Measures what a bell is like. */
export async function measureBell(world: World, { options, record }: How): Promise<void> {
  const timeZone = morningZone(Date.now());
  await step(`A bell, and ${options.burstRate} requests a second with it`, async (log) => {
    const spec = specOf({ timeZone, replicas: REPLICAS, maxConnections: MAX_CONNECTIONS });
    await using district = await openDistrict(world, { namespace: 'bench-bell', spec, log });
    log('opening a school');
    const requests = 2 * options.burstRate * options.burstMinutes * 60 + STEADY * DOWN_SECONDS;
    const school = await openSchoolFor(district, requests);
    const scene = { district, school, timeZone, options, log };
    await withCalendar(scene, record);
    record(await alone(scene));
  });
}

async function withCalendar(scene: Scene, record: How['record']): Promise<void> {
  const { district, timeZone, options, log } = scene;
  await untilIdle(scene);
  const aheadMs = options.bellMinutes * MINUTE_MS;
  const bellMs = bellAfter(Date.now(), aheadMs, MARK_MINUTES);
  await sleep(bellMs - aheadMs - Date.now());
  const appliedMs = Date.now();
  const endMs = bellMs + Math.ceil(options.burstMinutes + AFTER_MINUTES) * MINUTE_MS;
  const day = { timeZone, students: STUDENTS.all, studentsPerReplica: STUDENTS.perReplica, leadMinutes: LEAD_MINUTES };
  const spec = specOf({ timeZone, replicas: REPLICAS, maxConnections: MAX_CONNECTIONS });
  await district.apply({ ...spec, schedule: scheduleOf({ ...day, periods: [{ bellMs, endMs }] }) });
  await district.status();
  const windowSeconds = await district.lookBack((told) => Math.round(told * options.windowShare));
  log(`the bell rings at ${new Date(bellMs).toISOString()}`);
  const struck = await strike({ ...scene, bellMs, due: DUE, appliedMs });
  record([...(await readinessMeasures(scene, struck)), ...(await struckMeasures('calendar', scene, struck))]);
  record(await classOver(scene, { endMs, windowSeconds }));
}

async function alone(scene: Scene): Promise<Measure[]> {
  const { district, timeZone, log } = scene;
  await district.apply(specOf({ timeZone, replicas: REPLICAS, maxConnections: MAX_CONNECTIONS }));
  await district.status();
  await untilIdle(scene);
  await sleep(REST_MS);
  log('the same with the autoscaler alone');
  const nowMs = Date.now();
  const struck = await strike({ ...scene, bellMs: nowMs + REST_MS, due: REPLICAS.min, appliedMs: nowMs });
  return struckMeasures('alone', scene, struck);
}

const untilIdle = async ({ district }: Pick<Scene, 'district'>): Promise<void> =>
  district.watch.until(({ pods, ready }) => pods === REPLICAS.min && ready === pods, 5 * MINUTE_MS);

interface Over {
  readonly endMs: number;
  /** For which the autoscaler looks back before it takes pods away. */
  readonly windowSeconds: number;
}

/** A few go on asking until only the pods are there that stand when nobody is in class. */
async function classOver(scene: Scene, { endMs, windowSeconds }: Over): Promise<Measure[]> {
  const { district, school, log } = scene;
  const due = dueIn([{ perSecond: STEADY, fromSeconds: 0, seconds: DOWN_SECONDS }]);
  using running = await drive({ district, school, due });
  log('until the class is over');
  await sleep(Math.max(0, endMs - Date.now()));
  log('until its pods are gone');
  await untilDown(scene);
  const downMs = Date.now();
  // What was sent last is answered by pods that stay.
  await sleep(REST_MS);
  running.stop();
  const { samples } = await running.result;
  const { requests, errors, p95 } = experienceOf(samples);
  if (errors > 0) log(errorsIn(samples).join(', '));
  const name = (what: string): string => `${RUNS.calendar}, the class over: ${what}`;
  const span = { fromMs: endMs, toMs: downMs };
  return [
    exactly(0, name('requests that failed while pods were taken away'), errors, 'requests'),
    told(name('requests meanwhile'), requests, `at ${STEADY}/s`),
    told(name('p95 meanwhile'), p95, 'ms'),
    told(name('scale-downs'), scaleDowns(district.watch.moments, span), 'times'),
    told(name('time to one pod'), (downMs - endMs) / 1000, 's'),
    told(name("of it the autoscaler's window"), windowSeconds, 's'),
  ];
}

const untilDown = async ({ district }: Scene): Promise<void> =>
  district.watch.until(({ pods, wanted }) => pods === REPLICAS.min && wanted === pods, DOWN_SECONDS * 1000);
