/**
 * `Idempotency-Key`: a write that is sent again with its key is answered as the first time, and done once. The key's row is
 * written in the write's own transaction, so there is never one without the other.
 */
import { createHash, createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { subjectOf, type Actor } from '../access/roles.ts';
import { sealer, type Sealer } from '../access/sealing.ts';
import { Problem } from './problems.ts';
import type { Answer, Route } from './route.ts';

/** Long enough to be nobody else's: the answer that is kept can be opened with it alone. */
const KEY = /^[\w-]{22,64}$/;

export interface IdempotencyKey {
  readonly key: string;
  /** Digest of the key and of who sent it: what one sends is never answered to another. */
  readonly id: Buffer;
  /**
   * What was asked, so that a key is not used for something else: a digest that needs the key, which is not kept, since what
   * was asked may hold a password.
   */
  readonly request: Buffer;
}

/** @returns the key of a request, or undefined when it has none. @throws Problem 400 for one that is not as it must be. */
export function readKey(request: FastifyRequest, actor: Actor): IdempotencyKey | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !KEY.test(key)) {
    const detail = 'Idempotency-Key takes 22 to 64 letters, digits, "-" and "_", drawn at random: a UUID will do.';
    throw new Problem({ status: 400, detail });
  }
  const asked = JSON.stringify([request.method, request.url, request.body ?? null]);
  return {
    key,
    id: sha256(`${subjectOf(actor) ?? 'anonymous'}\n${key}`),
    request: createHmac('sha256', key).update(asked).digest(),
  };
}

/** Claims a key. @returns the answer that was given before, if any. @throws Problem 422 when it was for something else. */
export async function replay(
  db: Transaction<DB>,
  each: Route,
  { id, key, request }: IdempotencyKey,
): Promise<Answer | undefined> {
  // Another request with the key that is under way makes this one wait for its end, by the primary key.
  const claimed = await db
    .insertInto('idempotency_keys')
    .values({ id, request })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  return claimed.numInsertedOrUpdatedRows === 1n ? undefined : answerBefore(db, each, { id, key, request });
}

/**
 * @returns the answer that was given with a key before; undefined where there is none yet, which says nothing of a request that
 * is under way. @throws Problem 422 when it was for something else.
 */
export async function answerBefore(
  db: Transaction<DB>,
  each: Route,
  { id, key, request }: IdempotencyKey,
): Promise<Answer | undefined> {
  const kept = await db
    .selectFrom('idempotency_keys')
    .select(['request', 'status', 'answer'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (kept === undefined) return undefined;
  if (!kept.request.equals(request))
    throw new Problem({ status: 422, detail: 'This Idempotency-Key was used for another request. Draw a new one.' });
  if (kept.status === null || kept.answer === null) throw new Error(`${each.method} ${each.path} kept no answer`);
  const opened = JSON.parse(answers(key).open(kept.answer).toString()) as Omit<Answer, 'status'>;
  return { status: kept.status, ...opened, headers: { ...opened.headers, 'idempotency-replayed': 'true' } };
}

/** Keeps an answer for those who ask again. */
export async function keep(db: Transaction<DB>, { id, key }: IdempotencyKey, answer: Answer): Promise<void> {
  const { status, body, json, problem, headers } = answer;
  await db
    .updateTable('idempotency_keys')
    .set({
      status,
      answer: answers(key).seal(Buffer.from(JSON.stringify({ body, json: json?.toString(), problem, headers }))),
      kept_at: sql`now()`,
    })
    .where('id', '=', id)
    .execute();
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** An answer may hold a token: sealed with the client's key, which is not kept, whoever reads the table has nothing. */
const answers = (key: string): Sealer => sealer(key, 'idempotent answer');
