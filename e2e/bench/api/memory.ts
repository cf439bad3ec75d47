/** Memory of a pod: at rest, and in each quarter of an hour's worth of requests, which are sent faster than in an hour. */
import { setTimeout as sleep } from 'node:timers/promises';
import { step, type Log } from '../../cluster/progress.ts';
import { atMost, exactly, told, type Measure } from '../report/measure.ts';
import { errorsIn, experienceOf } from './experience.ts';
import { lessonJob, sizeFor } from './lesson.ts';
import { startLoad, type Running } from './load.ts';
import type { DriveJob } from './load-process.ts';
import type { Options } from './options.ts';
import { pidOf, startPod, type Pod } from './pod.ts';
import { residentMib, residentWhile } from './resident.ts';
import { openSchool } from './scene.ts';

/** An hour is one of lessons at this rate. */
const USUAL = 50;
/** It is sent at this one. */
const SENT = 200;
const QUARTERS = 4;
/** The last quarter and the second may differ by so much, of the second; the first one warms up. */
const FLAT = 0.1;
const REST_SECONDS = 15;

/** Pure. @returns by how much the last quarter differs from the second, as a share of the second. */
export function driftOf(quarters: readonly number[]): number {
  const [, second = NaN] = quarters;
  return Math.abs((quarters.at(-1) ?? NaN) / second - 1);
}

/** @returns what a pod holds. */
export async function measureMemory({ memoryMinutes }: Options): Promise<Measure[]> {
  const requests = memoryMinutes * 60 * USUAL;
  return step(`Memory over ${requests} requests`, async (log) => {
    log('starting a pod');
    await using pod = await startPod();
    const school = await openSchool(pod, sizeFor(requests));
    const pid = await pidOf(pod.api);
    await sleep(REST_SECONDS * 1000);
    const atRest = residentMib(pid);
    const lessons = { perSecond: SENT, seconds: requests / QUARTERS / SENT };
    const quarters: Quarter[] = [];
    while (quarters.length < QUARTERS) {
      log(`quarter ${quarters.length + 1}`);
      using running = await startLoad(pod, await lessonJob(pod, school, lessons));
      quarters.push(await quarterOf(pid, { running, log }));
    }
    await sleep(REST_SECONDS * 1000);
    return await measuresOf({ pod, requests, atRest, quarters, restedMib: residentMib(pid) });
  });
}

interface Quarter {
  readonly meanMib: number;
  readonly errors: number;
}

async function quarterOf(pid: number, { running, log }: { running: Running<DriveJob>; log: Log }): Promise<Quarter> {
  const { value, mib } = await residentWhile(pid, running.result);
  const { errors } = experienceOf(value.samples);
  if (errors > 0) log(errorsIn(value.samples).join(', '));
  return { meanMib: mib.reduce((sum, each) => sum + each, 0) / mib.length, errors };
}

interface Held {
  readonly pod: Pod;
  readonly requests: number;
  readonly atRest: number;
  readonly quarters: readonly Quarter[];
  readonly restedMib: number;
}

async function measuresOf({ pod, requests, atRest, quarters, restedMib }: Held): Promise<Measure[]> {
  const name = (what: string): string => `memory over ${requests} requests: ${what}`;
  const means = quarters.map(({ meanMib }) => meanMib);
  const errors = quarters.reduce((sum, quarter) => sum + quarter.errors, 0);
  return [
    told('memory of the API at rest', atRest, 'MiB'),
    ...means.map((mib, index) => told(name(`quarter ${index + 1}`), mib, 'MiB')),
    atMost(FLAT, name('last quarter differs from the second'), driftOf(means), 'of it'),
    told(name('at rest afterwards'), restedMib, 'MiB'),
    told(name('PgBouncer afterwards'), residentMib(await pidOf(pod.pooler)), 'MiB'),
    exactly(0, name('errors'), errors, 'requests'),
  ];
}
