/** What a pod stands on goes away while lessons are held: what those in them see of it, and whether anything is lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import { capture, step, type Log } from '../../cluster/progress.ts';
import { openAsOwner } from '../../suites/api/stack.ts';
import { exactly, told, type Measure } from '../report/measure.ts';
import { disturbanceOf, errorsIn } from './experience.ts';
import { keptOf, rowsIn } from './kept.ts';
import { lessonJob, sizeFor } from './lesson.ts';
import { startLoad } from './load.ts';
import type { Options } from './options.ts';
import { startPod, type Pod } from './pod.ts';
import { openSchool, type School } from './scene.ts';

const PER_SECOND = 100;
/** Undisturbed before, and to get over it afterwards. */
const [BEFORE_SECONDS, AFTER_SECONDS] = [10, 30];

interface Fault {
  readonly name: string;
  readonly of: 'cache' | 'pooler' | 'database';
  /** What Docker is told to do, and to undo; a restart is over by itself. */
  readonly begin: readonly [string, ...string[]] | 'restart';
  readonly end: string;
  /** Whether it lasts for as long as the options say; else it is undone at once, as kubelet does. */
  readonly lasts: boolean;
}

const FAULTS: readonly Fault[] = [
  { name: 'cache stopped', of: 'cache', begin: ['stop', '--time=1'], end: 'start', lasts: true },
  { name: 'cache frozen', of: 'cache', begin: ['pause'], end: 'unpause', lasts: true },
  { name: 'PgBouncer killed', of: 'pooler', begin: ['kill'], end: 'start', lasts: false },
  { name: 'database restarted', of: 'database', begin: 'restart', end: '', lasts: false },
];

/** @returns what each fault was like. */
export async function measureFailures(options: Options): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (const fault of FAULTS)
    measures.push(
      ...(await step(`${fault.name}, at ${PER_SECOND}/s`, async (log) => {
        log('starting a pod');
        await using pod = await startPod();
        const seconds = BEFORE_SECONDS + options.faultSeconds + AFTER_SECONDS;
        const school = await openSchool(pod, sizeFor(PER_SECOND * seconds));
        return await suffer({ pod, school, log }, { fault, seconds, faultSeconds: options.faultSeconds });
      })),
    );
  return measures;
}

interface World {
  readonly pod: Pod;
  readonly school: School;
  readonly log: Log;
}

interface Suffered {
  readonly fault: Fault;
  readonly seconds: number;
  readonly faultSeconds: number;
}

async function suffer({ pod, school, log }: World, { fault, seconds, faultSeconds }: Suffered): Promise<Measure[]> {
  const before = await rowsIn(pod.db, school.doors);
  const job = await lessonJob(pod, school, { perSecond: PER_SECOND, seconds, settles: true });
  using running = await startLoad(pod, job);
  await sleep(BEFORE_SECONDS * 1000);
  const faultMs = performance.now() - running.beganMs;
  log('the fault');
  await inject(pod, fault, faultSeconds);
  log('afterwards');
  const { samples, written, writes } = await running.result;
  // Of the database that was started anew the port is another one.
  const db = openAsOwner(pod.postgres);
  const kept = await keptOf(db, { before, after: await rowsIn(db, school.doors), written }).finally(async () =>
    db.destroy(),
  );
  const { errors, longestGapMs, normalAfterMs } = disturbanceOf(samples, faultMs);
  log(errorsIn(samples).join(', '));
  const name = (what: string): string => `${fault.name}, ${PER_SECOND}/s: ${what}`;
  return [
    exactly(0, name('acknowledged writes that are not there'), kept.lost, 'writes'),
    exactly(0, name('written twice'), kept.tooMany, 'writes'),
    told(name('writes acknowledged, at once or when sent again'), written.length, `of ${writes}`),
    told(name('errors'), errors, `of ${samples.length}`),
    told(name('longest gap'), longestGapMs, 'ms'),
    told(name('time to normal'), normalAfterMs, 'ms'),
  ];
}

async function inject(pod: Pod, { of, begin, end, lasts }: Fault, faultSeconds: number): Promise<void> {
  // Told of it, testcontainers knows the port that it has afterwards.
  if (begin === 'restart') {
    await pod.postgres.container.restart({ timeout: 30_000 });
    return;
  }
  const id = { cache: pod.cache, pooler: pod.pooler, database: pod.postgres.container }[of].getId();
  await capture(['docker', ...begin, id]);
  if (lasts) await sleep(faultSeconds * 1000);
  await capture(['docker', end, id]);
}
