/**
 * Delivers what is in the outbox, at least once. A message is leased to one pod before it is sent and marked after: a pod
 * that dies in between leaves it to whoever looks when the lease is over. Its id is always the same, by which a receiver
 * knows what it has had.
 */
import { sql, type Kysely, type Updateable } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Logger } from '@heroes/runtime/logger.ts';
import { asActor } from '../../data/transaction.ts';
import { backoffMs, MOST_ATTEMPTS } from '../../domain/backoff.ts';
import type { Metrics } from '../../metrics.ts';
import type { Payload, Topic } from './enqueue.ts';

export interface Message {
  readonly id: string;
  readonly topic: Topic;
  readonly payload: Payload;
  readonly createdAt: Date;
  /** How often it was tried, this time included. */
  readonly attempts: number;
}

/** Brings a message to whoever is to be told. @throws Error when it did not arrive. */
export type Deliver = (message: Message) => Promise<void>;

/** Messages that are sent at a time. */
const BATCH = 20;
/** Longer than an outgoing call may take with all its tries. */
const LEASE_SECONDS = 60;
const WORKER = { kind: 'worker' } as const;

export interface Outbox {
  readonly db: Kysely<DB>;
  readonly metrics: Pick<Metrics, 'outboxDeliveries'>;
  readonly log: Pick<Logger, 'error'>;
}

/**
 * Sends what is due.
 * @param deliver - to whom; undefined when there is nobody to be told but those who look into the queues
 * @returns whether there may be more
 */
export async function deliverDue(outbox: Outbox, deliver: Deliver | undefined): Promise<boolean> {
  const messages = await lease(outbox.db);
  const ends = await Promise.allSettled(messages.map(async (message) => deliverOne(outbox, deliver, message)));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return messages.length === BATCH;
}

async function lease(db: Kysely<DB>): Promise<readonly Message[]> {
  return asActor(db, WORKER, async (transaction) => {
    const due = transaction
      .selectFrom('outbox')
      .select('id')
      .where('delivered_at', 'is', null)
      .where('dead_at', 'is', null)
      .where('due_at', '<=', sql<Date>`now()`)
      .orderBy('due_at')
      .limit(BATCH)
      .forUpdate()
      .skipLocked();
    const rows = await transaction
      .updateTable('outbox')
      .set(({ eb }) => ({
        attempts: eb('attempts', '+', 1),
        due_at: sql<Date>`now() + make_interval(secs => ${LEASE_SECONDS})`,
      }))
      // As an array it is asked for once: as a subquery it might be for each row, and lock more than it gives.
      .where('id', '=', sql<string>`any(array(${due}))`)
      .returning(['id', 'topic', 'payload', 'created_at', 'attempts'])
      .execute();
    return rows.map(({ id, topic, payload, created_at: createdAt, attempts }) => ({
      id,
      topic: topic as Topic,
      payload: payload as Payload,
      createdAt,
      attempts,
    }));
  });
}

async function deliverOne({ db, metrics, log }: Outbox, deliver: Deliver | undefined, message: Message): Promise<void> {
  const { topic } = message;
  try {
    await deliver?.(message);
  } catch (error) {
    const isDead = await postpone(db, message, error);
    metrics.outboxDeliveries.inc({ topic, outcome: isDead ? 'given_up' : 'failed' });
    if (isDead)
      log.error(
        { messageId: message.id, topic },
        'a message could not be delivered and is given up; it stays in the outbox until somebody has looked',
      );
    return;
  }
  await settle(db, message, { delivered_at: new Date(), last_error: null });
  metrics.outboxDeliveries.inc({ topic, outcome: 'delivered' });
}

/** @returns whether it is given up. */
async function postpone(db: Kysely<DB>, message: Message, error: unknown): Promise<boolean> {
  const isDead = message.attempts >= MOST_ATTEMPTS;
  const waitMs = backoffMs(message.attempts, Math.random());
  await settle(db, message, {
    last_error: (error instanceof Error ? error.message : 'failed').slice(0, 200),
    due_at: new Date(Date.now() + waitMs),
    ...(isDead ? { dead_at: new Date() } : {}),
  });
  return isDead;
}

type Settled = Updateable<DB['outbox']>;

/** Whose lease was over may find it settled, or sent again, by another: what is delivered stays so. */
async function settle(db: Kysely<DB>, { id }: Message, settled: Settled): Promise<void> {
  await asActor(db, WORKER, async (transaction) =>
    transaction.updateTable('outbox').set(settled).where('id', '=', id).where('delivered_at', 'is', null).execute(),
  );
}
