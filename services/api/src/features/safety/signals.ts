/** Help signals as they are kept. Each change is made on the locked row by domain/help-signals.ts, and told of by the outbox. */
import { sql, type Selectable, type Transaction } from 'kysely';
import type { DB, HelpSignals } from '@heroes/migrations/tables.ts';
import { after, type HelpEvent, type HelpSignal, type HelpState } from '../../domain/help-signals.ts';
import { enqueue, type Topic } from '../outbox/enqueue.ts';

export interface KeptSignal extends HelpSignal {
  readonly id: string;
  readonly classroomId: string;
  readonly enrolmentId: string;
  readonly raisedAt: Date;
  readonly acknowledgedBy: string | null;
  readonly resolvedBy: string | null;
}

const TOPICS: Readonly<Record<HelpEvent['kind'], Topic>> = {
  press: 'help.pressed_again',
  acknowledge: 'help.acknowledged',
  escalate: 'help.escalated',
  tick: 'help.escalated',
  resolve: 'help.resolved',
};

/** @returns the row as the domain knows it. */
export const signalOf = (row: Selectable<HelpSignals>): KeptSignal => ({
  id: row.id,
  classroomId: row.classroom_id,
  enrolmentId: row.enrolment_id,
  state: row.state as HelpState,
  raisedAt: row.raised_at,
  pressedAt: row.pressed_at,
  presses: row.presses,
  escalatesAt: row.escalates_at,
  escalatedAt: row.escalated_at,
  acknowledgedAt: row.acknowledged_at,
  acknowledgedBy: row.acknowledged_by,
  resolvedAt: row.resolved_at,
  resolvedBy: row.resolved_by,
  revision: row.revision,
});

/** @returns a class's signal, which nobody else changes until the transaction ends; undefined when there is none. */
export async function lockSignal(
  db: Transaction<DB>,
  { classroomId, signalId }: { readonly classroomId: string; readonly signalId: string },
): Promise<KeptSignal | undefined> {
  const row = await db
    .selectFrom('help_signals')
    .selectAll()
    .where('id', '=', signalId)
    .where('classroom_id', '=', classroomId)
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? undefined : signalOf(row);
}

/** Which signals the clock may escalate: in the words of their index, so that it is used. */
export const CLOCKED = sql<boolean>`state in ('open', 'acknowledged')`;

/** @returns the student's signal that is not resolved, locked. */
export async function lockUnresolved(db: Transaction<DB>, enrolmentId: string): Promise<KeptSignal | undefined> {
  const row = await db
    .selectFrom('help_signals')
    .selectAll()
    .where('enrolment_id', '=', enrolmentId)
    .where('state', '<>', sql.lit('resolved'))
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? undefined : signalOf(row);
}

/** @returns the database's time, which all pods share, and when what is pressed now escalates. */
export async function times(db: Transaction<DB>): Promise<{ readonly at: Date; readonly escalatesAt: Date }> {
  return db
    .selectFrom('district_settings')
    .select([
      sql<Date>`clock_timestamp()`.as('at'),
      sql<Date>`clock_timestamp() + make_interval(mins => help_escalation_minutes)`.as('escalatesAt'),
    ])
    .executeTakeFirstOrThrow();
}

/**
 * Makes a change of a locked signal.
 * @param by - the account that makes it
 * @returns the signal; the very same when nothing changed, undefined when it is resolved and the event came too late
 */
export async function change(
  db: Transaction<DB>,
  signal: KeptSignal,
  { event, by }: { readonly event: HelpEvent; readonly by?: string },
): Promise<KeptSignal | undefined> {
  const next = after(signal, event);
  if (next === undefined || next === signal) return next === signal ? signal : undefined;
  const row = await db
    .updateTable('help_signals')
    .set({
      state: next.state,
      pressed_at: next.pressedAt,
      presses: next.presses,
      escalates_at: next.escalatesAt,
      escalated_at: next.escalatedAt,
      acknowledged_at: next.acknowledgedAt,
      resolved_at: next.resolvedAt,
      revision: next.revision,
      ...(event.kind === 'acknowledge' ? { acknowledged_by: by ?? null } : {}),
      ...(event.kind === 'resolve' ? { resolved_by: by ?? null } : {}),
    })
    .where('id', '=', signal.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await tell(db, TOPICS[event.kind], signalOf(row));
  return signalOf(row);
}

/** Tells of a signal by ids alone. */
export const tell = async (
  db: Transaction<DB>,
  topic: Topic,
  { id, classroomId, revision }: Pick<KeptSignal, 'id' | 'classroomId' | 'revision'>,
): Promise<void> => enqueue(db, topic, { signalId: id, classroomId, revision });
