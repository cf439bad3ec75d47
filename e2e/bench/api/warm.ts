/** Pods that have just become ready: their first requests beside those that come when they have run for a while. */
import { setTimeout as sleep } from 'node:timers/promises';
import { capture, step, type Log } from '../../cluster/progress.ts';
import { atMost, percentile, told, type Measure } from '../report/measure.ts';
import { dueTimes, type Sample } from './arrivals.ts';
import { errorsIn, failed } from './experience.ts';
import { load } from './load.ts';
import type { Options } from './options.ts';
import { startPod, type Pod } from './pod.ts';
import { openSchool, type School } from './scene.ts';

/** As of a bell for one pod of several. */
const PER_SECOND = 100;
const SECONDS = 15;
/** Of each pod: the requests of its first moment, and those of when it has settled. */
const FIRST_MS = 500;
const SETTLED_MS = 5_000;
/** What is told of first requests must be within this of later ones. */
const RATIO = 2;
const STUDENTS = 300;
/** Longer than a pod takes to start and to become warm. */
const READY_WITHIN_MS = 60_000;

/** @returns how the first requests of pods that are ready compare with later ones. */
export async function measureWarm({ starts }: Options): Promise<Measure[]> {
  return step(`The first requests of pods that are ready, ${starts} times`, async (log) => {
    log('starting a pod');
    await using pod = await startPod();
    const school = await openSchool(pod, { students: STUDENTS, joins: starts * PER_SECOND * SECONDS });
    const first: Sample[] = [];
    const later: Sample[] = [];
    const readyMs: number[] = [];
    for (let turn = 0; turn < starts; turn += 1) {
      readyMs.push(await startAnew(pod));
      const samples = await ring(pod, school, log);
      first.push(...samples.filter(({ dueMs }) => dueMs < FIRST_MS));
      later.push(...samples.filter(({ dueMs }) => dueMs >= SETTLED_MS));
      log(`pod ${turn + 1}: ready after ${Math.round(readyMs.at(-1) ?? 0)} ms`);
    }
    return [
      ...compared(first, later),
      told('warm: from the start of a process to ready, median', percentile(readyMs, 0.5), 'ms'),
    ];
  });
}

/** Starts the pod's processes anew. @returns after how long it is ready, milliseconds. */
async function startAnew(pod: Pod): Promise<number> {
  await pod.pooler.restart();
  const fromMs = performance.now();
  await pod.api.restart();
  while (!(await isReady(pod))) {
    if (performance.now() - fromMs > READY_WITHIN_MS) throw new Error('the pod does not become ready');
    await sleep(100);
  }
  return performance.now() - fromMs;
}

/** Asked at the pod's own loopback, which is nobody else's. */
async function isReady({ pid, port }: Pod): Promise<boolean> {
  const ask = `fetch('http://127.0.0.1:${port}/readyz').then(({ status }) => console.log(status), () => console.log(0))`;
  const said = await capture(['nsenter', `--net=/proc/${pid}/ns/net`, process.execPath, '-e', ask]);
  return said.trim() === '200';
}

async function ring(pod: Pod, school: School, log: Log): Promise<readonly Sample[]> {
  const due = [...dueTimes({ perSecond: PER_SECOND, seconds: SECONDS })];
  const scene = await school.scene();
  const how = { calls: 'inTurn', settles: false, practises: true } as const;
  const { samples } = await load(pod, { kind: 'drive', port: pod.port, due, scene, ...how });
  if (samples.some(failed)) log(errorsIn(samples).join(', '));
  return samples;
}

function compared(first: readonly Sample[], later: readonly Sample[]): Measure[] {
  const at = (samples: readonly Sample[], fraction: number): number =>
    percentile(
      samples.map(({ latencyMs }) => latencyMs),
      fraction,
    );
  return [0.5, 0.95].flatMap((fraction) => {
    const [early, settled] = [at(first, fraction), at(later, fraction)];
    const name = (what: string): string => `warm: p${fraction * 100} ${what}`;
    return [
      atMost(RATIO, name('of first requests ÷ that of later ones'), early / settled, ''),
      told(name(`of the first ${FIRST_MS} ms`), early, 'ms'),
      told(name(`after ${SETTLED_MS / 1000} s`), settled, 'ms'),
    ];
  });
}
