/** The bench's load on a district, and pure: what of it went wrong. */
import { dueTimes } from '../api/arrivals.ts';
import { BELL_SHARES } from '../api/lesson-mix.ts';
import { startLoad, type Running } from '../api/load.ts';
import type { DriveJob } from '../api/load-process.ts';
import { openSchool, type School } from '../api/scene.ts';
import type { District } from './district.ts';

/** In class at once; each asks far less often than one may. */
const STUDENTS = 1_500;
/** So many more joins than are expected: how many there are is chance. */
const SPARE_JOINS = 200;
const JOINS = BELL_SHARES.join / 100;

/** Requests a second, from one time to another. */
export interface Burst {
  readonly perSecond: number;
  /** From the beginning of the load. */
  readonly fromSeconds: number;
  readonly seconds: number;
}

/** Pure. @returns when requests are due, milliseconds from the beginning, ascending. @param bursts - one after the other */
export const dueIn = (bursts: readonly Burst[]): number[] =>
  bursts.flatMap(({ perSecond, fromSeconds, seconds }) =>
    [...dueTimes({ perSecond, seconds })].map((ms) => ms + fromSeconds * 1000),
  );

/** @returns a school in a district with classes to join for so many requests. */
export const openSchoolFor = async ({ db, tokenSecret }: District, requests: number): Promise<School> =>
  openSchool({ db, tokenSecret }, { students: STUDENTS, joins: Math.ceil(requests * JOINS) + SPARE_JOINS });

export interface Drive {
  readonly district: District;
  readonly school: School;
  readonly due: readonly number[];
  /** When it begins, epoch milliseconds; at once unless given. */
  readonly atMs?: number;
}

/** @returns a load on a district's port of loopback, all of it from one address, once it has begun. */
export async function drive({ district, school, due, atMs }: Drive): Promise<Running<DriveJob>> {
  const scene = await school.scene();
  const when = atMs === undefined ? {} : { atMs };
  const job = { kind: 'drive', port: district.port, due, scene, calls: 'bell', settles: false, ...when } as const;
  return startLoad({ pid: process.pid }, job);
}
