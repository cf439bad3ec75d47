/**
 * Makes a process warm before it is said to be ready. The minute in which a bell rings is no time to open connections, to read keys, or to have
 * statements planned and code compiled that a whole school asks for at once. It is no condition of serving: what cannot be
 * done in time is left to the first requests, which are then as slow as they would be without it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { TIMES_MS } from '../limits/times.ts';
import type { Wired } from '../wiring.ts';
import { rehearse } from './rehearsal.ts';

/** The cache is connected to meanwhile; without it all is as warm as it gets. */
const CACHE_WITHIN_MS = 1_000;
const AGAIN_MS = 500;

type Parts = Pick<Wired, 'context' | 'database'>;

/**
 * Waits for the database, and makes the process warm.
 * @param signal - given when the process is to stop before it has served
 * @param withinMs - after which it serves all the same, from when the database has answered
 * @returns once it serves; it does so whatever comes of warming up
 */
export async function warmUp(parts: Parts, signal: AbortSignal, withinMs: number = TIMES_MS.warmUp): Promise<void> {
  const { life, log } = parts.context;
  if (!(await reach(parts, signal))) return;
  life.enter('warming up');
  const fromMs = performance.now();
  const late = AbortSignal.timeout(withinMs);
  try {
    await Promise.race([prepare(parts, AbortSignal.any([signal, late])), tooLate(late, withinMs)]);
    log.info({ durationMs: Math.round(performance.now() - fromMs) }, 'warm');
  } catch (error) {
    if (!signal.aborted) log.warn({ err: error }, 'not warm: the first requests will be slow');
  }
  life.enter('serving');
}

/** Keys first: they need a connection, and soon all of them are held. */
async function prepare({ context, database }: Parts, signal: AbortSignal): Promise<void> {
  await context.keys.signing();
  await Promise.all([database.open(), context.cache.answering(CACHE_WITHIN_MS)]);
  const lessons = await context.library.prepare();
  await rehearse({ context, database, lessons }, signal);
}

/**
 * Asks for the database until it answers: a password or an address that is wrong must never look like a pod that is up.
 * @returns whether it does; not where the process is to stop before
 */
async function reach({ context: { db, log } }: Parts, signal: AbortSignal): Promise<boolean> {
  let told = false;
  while (!signal.aborted) {
    try {
      await sql`select 1`.execute(db);
      return true;
    } catch (error) {
      if (!told) log.warn({ err: error }, 'the database cannot be reached; the pod is not ready before it is');
      told = true;
    }
    await sleep(AGAIN_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
  return false;
}

const tooLate = async (signal: AbortSignal, withinMs: number): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error(`warming up took longer than ${withinMs / 1000} s`));
    });
  });
