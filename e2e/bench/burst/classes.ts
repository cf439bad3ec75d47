/**
 * Class changes all morning, replayed faster than they are: a change of five minutes takes one, and the autoscaler looks back for four
 * minutes less than the operator tells it to. In each class there is load enough for more pods than the floor, in each change none.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { step } from '../../cluster/progress.ts';
import { errorsIn, experienceOf } from '../api/experience.ts';
import { exactly, told, type Measure } from '../report/measure.ts';
import { openDistrict, type District } from './district.ts';
import type { How, Options } from './options.ts';
import { bellAfter, CHANGE_MINUTES, classesOf, morningZone, scheduleOf, type ClassPeriod } from './school-day.ts';
import { REPLICAS, specOf } from './shape.ts';
import { fewest, most, scaleDowns, secondsUnder, type Span } from './standing.ts';
import { drive, dueIn, openSchoolFor } from './traffic.ts';
import type { World } from './world.ts';

const CLASS_MINUTES = 2;
/** Of a class change that takes five. */
const REPLAYED_MINUTES = 1;
const SHORTER_SECONDS = (CHANGE_MINUTES - REPLAYED_MINUTES) * 60;
const LEAD_MINUTES = 2;
/** More than the objective's sustained rate. */
const PER_SECOND = 80;
const STUDENTS = { students: 800, studentsPerReplica: 400 } as const;
const DUE = STUDENTS.students / STUDENTS.studentsPerReplica;
const MAX_CONNECTIONS = 100;
const MINUTE_MS = 60_000;
const UNDER = 'heroes_schedule_seconds_under_floor_total';

/** Measures what a morning of class changes is like. */
export async function measureClasses(world: World, { options, record }: How): Promise<void> {
  const timeZone = morningZone(Date.now());
  await step(`A morning of ${options.classes} classes, replayed`, async (log) => {
    const spec = specOf({ timeZone, replicas: REPLICAS, maxConnections: MAX_CONNECTIONS });
    await using district = await openDistrict(world, { namespace: 'bench-classes', spec, log });
    log('opening a school');
    const school = await openSchoolFor(district, PER_SECOND * CLASS_MINUTES * 60 * options.classes);
    const firstMs = bellAfter(Date.now(), (LEAD_MINUTES + 1) * MINUTE_MS);
    const times = { minutes: CLASS_MINUTES, changeMinutes: REPLAYED_MINUTES };
    const periods = classesOf({ firstMs, count: options.classes, ...times });
    await district.apply({
      ...spec,
      schedule: scheduleOf({ timeZone, ...STUDENTS, leadMinutes: LEAD_MINUTES, periods }),
    });
    await district.status();
    const windowSeconds = await district.lookBack((told) => told - SHORTER_SECONDS);
    const underBefore = await district.metric(UNDER);
    log(`the first bell rings at ${new Date(firstMs).toISOString()}`);
    using running = await drive({ district, school, due: dueIn(burstsOf(periods)), atMs: firstMs });
    const { samples } = await running.result;
    const day = { fromMs: firstMs, toMs: periods.at(-1)?.endMs ?? firstMs };
    await sleep(Math.max(0, day.toMs - Date.now()));
    const { errors } = experienceOf(samples);
    if (errors > 0) log(errorsIn(samples).join(', '));
    const under = difference(underBefore, await district.metric(UNDER));
    record(measuresOf(district, { day, requests: samples.length, errors, under, windowSeconds, options }));
  });
}

/** @returns the load of each class, from the first bell on. */
const burstsOf = (periods: readonly [ClassPeriod, ...ClassPeriod[]]) =>
  periods.map(({ bellMs, endMs }) => ({
    perSecond: PER_SECOND,
    fromSeconds: (bellMs - periods[0].bellMs) / 1000,
    seconds: (endMs - bellMs) / 1000,
  }));

/** Counters that have not counted yet are not there. */
const difference = (before: number | undefined, after: number | undefined): number | undefined =>
  after === undefined ? undefined : after - (before ?? 0);

interface Morning {
  /** From the first bell to the end of the last class. */
  readonly day: Span;
  readonly requests: number;
  readonly errors: number;
  /** Seconds under the floor, as the operator counts them. */
  readonly under: number | undefined;
  readonly windowSeconds: number;
  readonly options: Options;
}

function measuresOf(district: District, morning: Morning): Measure[] {
  const { day, requests, errors, under, windowSeconds, options } = morning;
  const { moments } = district.watch;
  const name = (what: string): string =>
    `${options.classes} classes of ${CLASS_MINUTES} min, ${REPLAYED_MINUTES} min between: ${what}`;
  return [
    exactly(0, name('scale-downs within the day'), scaleDowns(moments, day), 'times'),
    exactly(0, name('seconds under the floor'), secondsUnder(moments, day, DUE), 's'),
    ...(under === undefined ? [] : [exactly(0, name('the same as the operator counts it'), under, 's')]),
    exactly(0, name('errors'), errors, 'requests'),
    told(name('requests'), requests, 'requests'),
    told(name('pods that the calendar asks for'), DUE, 'pods'),
    told(name('fewest pods that were ready'), fewest(moments, day, 'ready'), 'pods'),
    told(name('most pods that were ready'), most(moments, day, 'ready'), 'pods'),
    told(name("the autoscaler's window"), windowSeconds, 's'),
  ];
}
