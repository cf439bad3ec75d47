/** How a child's call for help comes into being: by a press of the button, or by a check-in that says so. */
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { enqueue } from '../outbox/enqueue.ts';

export { CRISIS_RESOURCES } from './crisis.ts';

export interface AskingStudent {
  readonly enrolmentId: string;
  readonly classroomId: string;
}

/** A signal can be resolved between two looks at it; not so often in a row. */
const LOOKS = 5;

/**
 * Raises a help signal, or presses again the one that is not resolved yet: a child that presses twice is one child in need.
 * What is told of it is in the outbox with it. For a transaction that acts as the student, its gate or the worker.
 * @returns the signal
 */
export async function raiseHelpSignal(db: Transaction<DB>, student: AskingStudent): Promise<{ readonly id: string }> {
  for (let look = 0; look < LOOKS; look += 1) {
    const signal = (await open(db, student)) ?? (await pressAgain(db, student)) ?? (await unresolved(db, student));
    if (signal !== undefined) return signal;
  }
  throw new Error('a help signal could be neither raised nor found');
}

/** @returns a new signal, or undefined when there is one that is not resolved. */
async function open(db: Transaction<DB>, student: AskingStudent): Promise<{ readonly id: string } | undefined> {
  const raised = await db
    .insertInto('help_signals')
    .columns(['classroom_id', 'enrolment_id', 'escalates_at'])
    .expression((eb) =>
      eb
        .selectFrom('district_settings')
        .select([
          sql<string>`${student.classroomId}::uuid`.as('classroom_id'),
          sql<string>`${student.enrolmentId}::uuid`.as('enrolment_id'),
          escalatesAt.as('escalates_at'),
        ]),
    )
    .onConflict((conflict) => conflict.column('enrolment_id').where('state', '<>', 'resolved').doNothing())
    .returning(['id', 'revision'])
    .executeTakeFirst();
  if (raised === undefined) return undefined;
  await tell(db, 'help.raised', { student, signal: raised });
  return { id: raised.id };
}

/**
 * Whoever has acknowledged it has their time again from now. A child that hammers the button writes nothing within ten
 * seconds of the last press, so that no rate has to refuse it.
 * @returns the signal, or undefined when nothing was to be written
 */
async function pressAgain(db: Transaction<DB>, student: AskingStudent): Promise<{ readonly id: string } | undefined> {
  const pressed = await db
    .updateTable('help_signals')
    .from('district_settings')
    .set(({ eb, ref }) => ({
      pressed_at: sql<Date>`now()`,
      presses: eb('presses', '+', 1),
      revision: eb('revision', '+', 1),
      escalates_at: sql<Date | null>`case ${ref('state')} when 'escalated' then null
        else coalesce(${ref('escalates_at')}, ${escalatesAt}) end`,
    }))
    .where('enrolment_id', '=', student.enrolmentId)
    .where('state', '<>', 'resolved')
    .where('pressed_at', '<', sql<Date>`now() - interval '10 seconds'`)
    .returning(['help_signals.id', 'help_signals.revision'])
    .executeTakeFirst();
  if (pressed === undefined) return undefined;
  await tell(db, 'help.pressed_again', { student, signal: pressed });
  return { id: pressed.id };
}

const unresolved = async (
  db: Transaction<DB>,
  { enrolmentId }: AskingStudent,
): Promise<{ readonly id: string } | undefined> =>
  db
    .selectFrom('help_signals')
    .select('id')
    .where('enrolment_id', '=', enrolmentId)
    .where('state', '<>', 'resolved')
    .executeTakeFirst();

const escalatesAt = sql<Date>`now() + make_interval(mins => district_settings.help_escalation_minutes)`;

interface Told {
  readonly student: AskingStudent;
  readonly signal: { readonly id: string; readonly revision: number };
}

const tell = async (
  db: Transaction<DB>,
  topic: 'help.raised' | 'help.pressed_again',
  { student, signal }: Told,
): Promise<void> =>
  enqueue(db, topic, { signalId: signal.id, classroomId: student.classroomId, revision: signal.revision });
