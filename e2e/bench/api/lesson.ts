/** One pod in the middle of lessons: at a steady rate, and at that of a busy moment. */
import { step, type Log } from '../../cluster/progress.ts';
import { atMost, exactly, told, type Measure } from '../report/measure.ts';
import { dueTimes } from './arrivals.ts';
import { errorsIn, experienceOf, OBJECTIVE_MS } from './experience.ts';
import { SHARES } from './lesson-mix.ts';
import { load } from './load.ts';
import type { Driven } from './load-process.ts';
import type { Options } from './options.ts';
import { startPod, type Pod } from './pod.ts';
import { openSchool, type School, type Size } from './scene.ts';

export const STUDENTS = 1_500;
const AIM_MS = 50;
const STEADY = 50;
const BUSY = 200;

/** @returns the size of a school with so many requests to come. */
export const sizeFor = (requests: number): Size => ({
  students: STUDENTS,
  joins: Math.ceil((requests * SHARES.join) / 100) + 100,
});

export interface Lessons {
  readonly perSecond: number;
  readonly seconds: number;
  readonly settles?: boolean;
}

/** @returns the job of teaching at a rate. */
export async function lessonJob(
  pod: Pick<Pod, 'port'>,
  school: School,
  { perSecond, seconds, settles = false }: Lessons,
) {
  const due = [...dueTimes({ perSecond, seconds })];
  return { kind: 'drive', port: pod.port, due, scene: await school.scene(), calls: 'lesson', settles } as const;
}

/** @returns how lessons were for those in them. */
export async function measureLesson({ steadyMinutes, busySeconds }: Options): Promise<Measure[]> {
  const steady = { perSecond: STEADY, seconds: steadyMinutes * 60 };
  const busy = { perSecond: BUSY, seconds: busySeconds };
  return step('Lessons, at a steady rate and at a busy one', async (log) => {
    log('starting a pod');
    await using pod = await startPod();
    const requests = [steady, busy].reduce((sum, { perSecond, seconds }) => sum + perSecond * seconds, 0);
    const school = await openSchool(pod, sizeFor(requests));
    const measures: Measure[] = [];
    for (const lessons of [steady, busy]) {
      log(`${lessons.perSecond}/s for ${lessons.seconds} s`);
      const driven = await load(pod, await lessonJob(pod, school, lessons));
      measures.push(...measuresOf(driven, { lessons, log }));
    }
    return measures;
  });
}

function measuresOf({ samples, ownCores }: Driven, { lessons, log }: { lessons: Lessons; log: Log }): Measure[] {
  const { perSecond, seconds } = lessons;
  const { requests, errors, p50, p95, p99 } = experienceOf(samples);
  if (errors > 0) log(errorsIn(samples).join(', '));
  const name = (what: string): string => `lessons, ${perSecond}/s for ${seconds} s: ${what}`;
  const late = experienceOf(samples.map((sample) => ({ ...sample, latencyMs: sample.lateMs })));
  return [
    exactly(0, name('errors'), errors, 'requests'),
    atMost(OBJECTIVE_MS, name('p95, the objective'), p95, 'ms'),
    atMost(AIM_MS, name('p95, the aim'), p95, 'ms'),
    told(name('p50'), p50, 'ms'),
    told(name('p99'), p99, 'ms'),
    told(name('requests'), requests, 'requests'),
    ...Object.keys(SHARES).map((each) =>
      told(name(`p95 of ${each}`), experienceOf(samples.filter((sample) => sample.name === each)).p95, 'ms'),
    ),
    told(name('p99 of how late the load itself was'), late.p99, 'ms'),
    told(name('cores that the load used'), ownCores, 'cores'),
  ];
}
