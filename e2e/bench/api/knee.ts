/** The knee: the highest rate at which the objective holds. Rates rise until it does not; then the knee is looked for in between. */
import { step, type Log } from '../../cluster/progress.ts';
import { told, type Measure } from '../report/measure.ts';
import { errorsIn, experienceOf, OBJECTIVE_MS, type Experience } from './experience.ts';
import { lessonJob, sizeFor } from './lesson.ts';
import { startLoad } from './load.ts';
import type { Options } from './options.ts';
import { pidOf, startPod, type Pod } from './pod.ts';
import { residentWhile } from './resident.ts';
import { openSchool, type School } from './scene.ts';

const FIRST = 100;
const RISE = 1.3;
/** Beyond what two cores can make, so that it ends. */
const LAST = 3_000;
const HALVINGS = 3;
/** The objective of the service, not the ratio that is an alert (crds/src/slo.ts): what is refused to keep the latency is no answer. */
const MOST_ERRORS = 0.005;

export interface Rung extends Experience {
  readonly perSecond: number;
  readonly residentMib: number;
}

/** Pure. @returns whether the objective held at a rate. */
export const holdsAt = ({ p95, errors, requests }: Experience): boolean =>
  p95 <= OBJECTIVE_MS && errors <= MOST_ERRORS * requests;

/** Rates in the order in which they are tried. @returns the highest that held, 0 when none did. */
export async function climb(holds: (perSecond: number) => Promise<boolean>): Promise<number> {
  let [good, bad] = [0, LAST];
  for (let perSecond = FIRST; perSecond <= LAST; perSecond = Math.round(perSecond * RISE)) {
    if (await holds(perSecond)) good = perSecond;
    else {
      bad = perSecond;
      break;
    }
  }
  for (let turn = 0; turn < HALVINGS; turn += 1) {
    const between = Math.round((good + bad) / 2);
    if (await holds(between)) good = between;
    else bad = between;
  }
  return good;
}

/** In names of figures, so that the page finds them again. */
export const RUNGS = ['p50', 'p95', 'p99'] as const;
export const rungName = (perSecond: number, what: string): string => `knee, ${perSecond}/s: ${what}`;

/** @returns the knee, and what it was like at each rate that was tried. */
export async function measureKnee({ kneeSeconds }: Options): Promise<Measure[]> {
  return step('The knee: rates rise until the objective does not hold', async (log) => {
    log('starting a pod');
    await using pod = await startPod();
    const school = await openSchool(pod, sizeFor(LAST * 3 * kneeSeconds));
    const rungs: Rung[] = [];
    const found = await climb(async (perSecond) => {
      const rung = await tryRate({ pod, school, log }, { perSecond, seconds: kneeSeconds });
      rungs.push(rung);
      return holdsAt(rung);
    });
    const at = rungs.find(({ perSecond }) => perSecond === found);
    return [
      told(`knee: highest rate with p95 <= ${OBJECTIVE_MS} ms and at most 0.5 % errors`, found, 'requests/s'),
      told('memory of the API at the knee', at?.residentMib ?? 0, 'MiB'),
      ...rungs.toSorted((a, b) => a.perSecond - b.perSecond).flatMap(measuresOf),
    ];
  });
}

interface World {
  readonly pod: Pod;
  readonly school: School;
  readonly log: Log;
}

async function tryRate({ pod, school, log }: World, lessons: { perSecond: number; seconds: number }): Promise<Rung> {
  const pid = await pidOf(pod.api);
  using running = await startLoad(pod, await lessonJob(pod, school, lessons));
  const { value, mib } = await residentWhile(pid, running.result);
  const experience = experienceOf(value.samples);
  const refused = errorsIn(value.samples).join(', ');
  log(`${lessons.perSecond}/s: p95 ${Math.round(experience.p95)} ms${refused === '' ? '' : `, ${refused}`}`);
  return { ...experience, perSecond: lessons.perSecond, residentMib: Math.max(...mib) };
}

const measuresOf = (rung: Rung): Measure[] => [
  ...RUNGS.map((what) => told(rungName(rung.perSecond, what), rung[what], 'ms')),
  told(rungName(rung.perSecond, 'errors'), rung.errors, 'requests'),
  // Little's law: as many are under way as come while one of them is.
  told(rungName(rung.perSecond, 'in flight'), (rung.perSecond * rung.mean) / 1000, 'requests'),
];
