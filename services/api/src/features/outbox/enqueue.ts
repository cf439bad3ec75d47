/** What must be told to others is written with what it tells of, in one transaction: there is never one without the other. */
import type { Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';

/** What others are told of. */
export const TOPICS = [
  'help.raised',
  'help.pressed_again',
  'help.acknowledged',
  'help.escalated',
  'help.resolved',
  'incident.reported',
] as const;
export type Topic = (typeof TOPICS)[number];

/** Ids and numbers alone: what leaves names no child, not even by an alias. */
export type Payload = Readonly<Record<string, string | number>>;

/** Puts a message into the outbox; the worker delivers it at least once after the transaction has committed. */
export async function enqueue(db: Transaction<DB>, topic: Topic, payload: Payload): Promise<void> {
  await db
    .insertInto('outbox')
    .values({ topic, payload: JSON.stringify(payload) })
    .execute();
}
