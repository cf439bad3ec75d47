/** The bell: everybody joins within a minute, from one address. */
import { step, type Log } from '../../cluster/progress.ts';
import { exactly, told, type Measure } from '../report/measure.ts';
import { scattered } from './arrivals.ts';
import { errorsIn, experienceOf } from './experience.ts';
import { load } from './load.ts';
import type { Options } from './options.ts';
import { startPod, type Pod } from './pod.ts';
import { openSchool } from './scene.ts';

const CLASS = 30;

/** @returns how many were refused: of a class, and of a school. */
export async function measureBell({ school, bellSeconds }: Options): Promise<Measure[]> {
  return step(`A class of ${CLASS}, and a school of ${school}, join in ${bellSeconds} s`, async (log) => {
    log('starting a pod');
    await using pod = await startPod();
    const measures: Measure[] = [];
    for (const count of [CLASS, school]) measures.push(...(await joinAll(pod, { count, seconds: bellSeconds, log })));
    return measures;
  });
}

interface Bell {
  readonly count: number;
  readonly seconds: number;
  readonly log: Log;
}

async function joinAll(pod: Pod, { count, seconds, log }: Bell): Promise<Measure[]> {
  const school = await openSchool(pod, { students: 0, joins: count });
  log(`${count} join`);
  const due = scattered({ count, seconds });
  const scene = await school.scene();
  const { samples } = await load(pod, { kind: 'drive', port: pod.port, due, scene, calls: 'joins', settles: false });
  const { requests, errors, p50, p95, p99 } = experienceOf(samples);
  if (errors > 0) log(errorsIn(samples).join(', '));
  const name = (what: string): string => `${requests} join in ${seconds} s from one address: ${what}`;
  return [
    exactly(0, name('refused'), errors, 'joins'),
    told(name('p50'), p50, 'ms'),
    told(name('p95'), p95, 'ms'),
    told(name('p99'), p99, 'ms'),
  ];
}
