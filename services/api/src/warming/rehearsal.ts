/**
 * A bell, rehearsed: classes are opened, students join them, read their lesson and tell how far they are, by the routes, the checks and
 * the statements of any other day. Nobody is told: what they write is never kept, what is counted is counted apart, and their
 * limits are those of addresses that nobody has.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { createLogger } from '@heroes/runtime/logger.ts';
import { createEpochs } from '../access/epochs.ts';
import { createTokens } from '../access/tokens.ts';
import { buildServer } from '../app.ts';
import type { Context } from '../context.ts';
import type { Database } from '../data/database.ts';
import type { NeverKept } from '../data/never-kept.ts';
import { asActor } from '../data/transaction.ts';
import { classCode } from '../domain/codes.ts';
import { CLASS_ROUTES } from '../features/curriculum/class-routes.ts';
import { READER_ROUTES } from '../features/curriculum/reader-routes.ts';
import { join, previewJoin } from '../features/students/join.ts';
import { getMe } from '../features/students/me.ts';
import { putProgress } from '../features/students/progress.ts';
import { ReadyAnswers } from '../http/ready-answers.ts';
import type { Route } from '../http/route.ts';
import { createJoinGuard } from '../limits/join-guard.ts';
import { createRates } from '../limits/rates.ts';
import { createUnseenMetrics } from '../metrics.ts';

const BELL_ROUTES: readonly Route[] = [...READER_ROUTES, ...CLASS_ROUTES, previewJoin, join, getMe, putProgress];

/** Of each connection. A statement is prepared when it comes again (SEEN in data/prepared.ts), and planned once. */
const STUDENTS = 4;
/** Connections that are left to others: what holds all of them makes everyone else wait. */
const LEFT = 2;

export interface Rehearsed {
  readonly context: Context;
  readonly database: Pick<Database, 'poolState' | 'neverKept'>;
  /** Ids of those that are published; without any there is less to rehearse. */
  readonly lessons: readonly string[];
}

/** @throws Error that names the request which was not answered as it should be. */
export async function rehearse({ context, database, lessons }: Rehearsed, signal: AbortSignal): Promise<void> {
  const { neverKept, poolState } = database;
  const app = buildServer(unseen(context, neverKept), unheard(), BELL_ROUTES);
  const classes = Math.max(1, poolState().total - LEFT);
  try {
    await app.ready();
    const all = Array.from({ length: classes }, async (_each, index) => {
      const lesson = lessons[index % lessons.length];
      // Each by itself, so that nobody waits for a connection of PgBouncer's for longer than one of them takes.
      for (let student = 0; student < STUDENTS; student += 1) {
        signal.throwIfAborted();
        await neverKept.run(async () => attend({ app, neverKept, lesson }));
      }
    });
    // When this is over it is: no connection is in use by a class that another one's failure has left behind.
    const failure = (await Promise.allSettled(all)).find(({ status }) => status === 'rejected');
    if (failure?.status === 'rejected') throw failure.reason;
  } finally {
    await app.close();
  }
}

/** A context as any other, in which nothing is kept or counted. */
function unseen(context: Context, { db }: NeverKept): Context {
  const { cache, keys, sealerFor } = context;
  // Of a name of its own: no address of anybody's is called the same.
  const { digest } = sealerFor('rehearsals');
  const rates = createRates({ cache, digest });
  return {
    ...context,
    // No spans are made of it either.
    config: { ...context.config, OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    db,
    rates,
    joinGuard: createJoinGuard(rates, digest),
    tokens: createTokens(keys, createEpochs(db)),
    metrics: createUnseenMetrics(),
    ready: new ReadyAnswers(),
    // A process that starts is late, and refuses nothing for it.
    shedding: { admit: () => undefined, admitToDatabase: () => undefined, stop: () => undefined },
  };
}

/** Makes lines as any other logger, for nobody. */
const unheard = () =>
  createLogger({ service: 'heroes-api', version: 'rehearsal', destination: { write: () => undefined } });

interface Scene {
  readonly app: FastifyInstance;
  readonly neverKept: NeverKept;
  readonly lesson: string | undefined;
}

/** A student and a class, from its code to a lesson. */
async function attend({ app, neverKept, lesson }: Scene): Promise<void> {
  const code = await openClass(neverKept);
  const ask = asking(app);
  await ask('/v1/join/preview', { payload: { code } });
  const joined = await ask('/v1/join', { payload: { code } }, 201);
  const { token, classroomId } = joined as { readonly token: string; readonly classroomId: string };
  const headers = { authorization: `Bearer ${token}` };
  await ask('/v1/me', { method: 'GET', headers });
  if (lesson === undefined) return;
  await ask(`/v1/lessons/${lesson}`, { method: 'GET' });
  await ask(`/v1/classrooms/${classroomId}/lessons/${lesson}`, { method: 'GET', headers });
  await ask(`/v1/me/progress/${lesson}`, { method: 'PUT', headers, payload: { step: 1 } });
}

const HOUR_MS = 3_600_000;

/** @returns the code of a class that can be joined. */
async function openClass({ db }: NeverKept): Promise<string> {
  const code = classCode(randomBytes(8));
  const decides = { kind: 'account', accountId: randomUUID(), signInId: randomUUID() } as const;
  await asActor(db, { ...decides, grants: [{ role: 'district_admin' }] }, async (transaction) =>
    transaction
      .insertInto('consents')
      .values({ basis: 'school', notice_version: 'rehearsal', signer: 'nobody', signed_on: '2020-01-01' })
      .execute(),
  );
  await asActor(db, { kind: 'worker' }, async (transaction) =>
    transaction
      .insertInto('classrooms')
      .values({ code, grade_level: 1, expires_at: new Date(Date.now() + HOUR_MS) })
      .execute(),
  );
  return code;
}

type Ask = (url: string, asked: InjectOptions, status?: number) => Promise<unknown>;

/** Asks as a device does, from an address of its own; a POST unless told otherwise. @throws Error when it is not answered as it should be. */
function asking(app: FastifyInstance): Ask {
  // Of those that are kept for documentation (RFC 3849).
  const remoteAddress = `2001:db8:${randomBytes(2).toString('hex')}:${randomBytes(2).toString('hex')}::1`;
  return async (url, { headers = {}, ...asked }, status = 200) => {
    const sent = { ...headers, ...(asked.method === 'GET' ? {} : { 'idempotency-key': randomUUID() }) };
    const answer = await app.inject({ method: 'POST', url, remoteAddress, ...asked, headers: sent });
    if (answer.statusCode === status) return answer.json();
    throw new Error(`${url} was answered ${answer.statusCode}: ${answer.body}`);
  };
}
