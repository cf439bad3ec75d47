/** How a child's call for help comes into being: by a press of the button, or by a check-in that says so. */
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { change, lockUnresolved, tell, times } from './signals.ts';

export { CRISIS_RESOURCES } from './crisis.ts';

export interface AskingStudent {
  readonly enrolmentId: string;
  readonly classroomId: string;
}

/** A signal can be resolved between two looks at it; not so often in a row. */
const LOOKS = 5;

/**
 * Raises a help signal, or presses again the one that is not resolved yet: a child that presses twice is one child in need.
 * What is told of it is in the outbox with it. For a transaction that acts as the student or the worker.
 * @returns the signal
 */
export async function raiseHelpSignal(db: Transaction<DB>, student: AskingStudent): Promise<{ readonly id: string }> {
  for (let look = 0; look < LOOKS; look += 1) {
    const signal = (await raise(db, student)) ?? (await pressAgain(db, student));
    if (signal !== undefined) return { id: signal.id };
  }
  throw new Error('a help signal could be neither raised nor found');
}

/** @returns a new signal, or undefined when there is one that is not resolved. */
async function raise(
  db: Transaction<DB>,
  { enrolmentId, classroomId }: AskingStudent,
): Promise<{ readonly id: string } | undefined> {
  const raised = await db
    .insertInto('help_signals')
    .columns(['classroom_id', 'enrolment_id', 'escalates_at'])
    .expression(
      db
        .selectFrom('district_settings')
        .select([
          sql<string>`${classroomId}::uuid`.as('classroom_id'),
          sql<string>`${enrolmentId}::uuid`.as('enrolment_id'),
          sql<Date>`now() + make_interval(mins => help_escalation_minutes)`.as('escalates_at'),
        ]),
    )
    // Literal, as the index has it: PostgreSQL cannot match a parameter with it once it plans without knowing its value.
    .onConflict((conflict) => conflict.column('enrolment_id').where('state', '<>', sql.lit('resolved')).doNothing())
    .returning(['id', 'revision'])
    .executeTakeFirst();
  if (raised !== undefined) await tell(db, 'help.raised', { ...raised, classroomId });
  return raised;
}

async function pressAgain(
  db: Transaction<DB>,
  { enrolmentId }: AskingStudent,
): Promise<{ readonly id: string } | undefined> {
  const signal = await lockUnresolved(db, enrolmentId);
  return signal && change(db, signal, { event: { kind: 'press', ...(await times(db)) } });
}
