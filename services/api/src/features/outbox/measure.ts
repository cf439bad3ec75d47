/** What is told of the outbox and of escalation: whether anything is stuck. Numbers of messages, never of whom they are about. */
import { sql, type Kysely } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { asActor } from '../../data/transaction.ts';
import type { Metrics } from '../../metrics.ts';
import { CLOCKED } from '../safety/signals.ts';

/** Looks, and sets the metrics. @returns false: there is nothing more to look at at once. */
export async function measure(
  db: Kysely<DB>,
  metrics: Pick<Metrics, 'outboxMessages' | 'outboxOldestSeconds' | 'helpOverdueSeconds'>,
): Promise<boolean> {
  const { outbox, help } = await asActor(db, { kind: 'worker' }, async (transaction) => ({
    outbox: await transaction
      .selectFrom('outbox')
      .select([
        sql<number>`(count(*) filter (where dead_at is null))::float8`.as('waiting'),
        sql<number>`(count(*) filter (where dead_at is not null))::float8`.as('dead'),
        sql<number>`coalesce(extract(epoch from now() - min(created_at) filter (where dead_at is null)), 0)::float8`.as(
          'oldestSeconds',
        ),
      ])
      .where('delivered_at', 'is', null)
      .executeTakeFirstOrThrow(),
    help: await transaction
      .selectFrom('help_signals')
      .select(sql<number>`coalesce(extract(epoch from now() - min(escalates_at)), 0)::float8`.as('overdueSeconds'))
      .where(CLOCKED)
      .where('escalates_at', '<=', sql<Date>`now()`)
      .executeTakeFirstOrThrow(),
  }));
  metrics.outboxMessages.set({ state: 'waiting' }, outbox.waiting);
  metrics.outboxMessages.set({ state: 'dead' }, outbox.dead);
  metrics.outboxOldestSeconds.set(outbox.oldestSeconds);
  metrics.helpOverdueSeconds.set(help.overdueSeconds);
  return false;
}
