/** What nobody acknowledged in time goes to the school's administrators by itself. */
import { sql, type Kysely } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { asActor } from '../../data/transaction.ts';
import { record } from '../audit/record.ts';
import { change, CLOCKED, signalOf, times } from './signals.ts';

/** Signals of a transaction: after an outage there may be many. */
const BATCH = 50;
const WORKER = { kind: 'worker' } as const;

/** Escalates what is due and is held by nobody else. Every pod may do it at any time. @returns whether there may be more. */
export async function escalateDue(db: Kysely<DB>): Promise<boolean> {
  return asActor(db, WORKER, async (transaction) => {
    const due = await transaction
      .selectFrom('help_signals')
      .selectAll()
      .where(CLOCKED)
      .where('escalates_at', '<=', sql<Date>`now()`)
      .orderBy('escalates_at')
      .limit(BATCH)
      .forUpdate()
      .skipLocked()
      .execute();
    if (due.length === 0) return false;
    const { at } = await times(transaction);
    for (const signal of due.map(signalOf)) {
      const next = await change(transaction, signal, { event: { kind: 'tick', at } });
      if (next === undefined || next === signal) continue;
      await record(transaction, {
        actor: WORKER,
        action: 'help-signal.escalated',
        object: `help-signal:${signal.id}`,
        detail: { classroomId: signal.classroomId, revision: next.revision },
      });
    }
    return due.length === BATCH;
  });
}
