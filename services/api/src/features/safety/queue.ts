/** The queues of help signals: a class's, and of what has escalated a school's and the district's. */
import { sql, type Transaction } from 'kysely';
import { Type, type Static } from 'typebox';
import type { DB } from '@heroes/migrations/tables.ts';
import { HELP_STATES } from '../../domain/help-signals.ts';
import { pageFrom, UUID_PART, type PageRequest } from '../../http/paging.ts';
import { closed, Time, Uuid } from '../../http/schemas.ts';
import { signalOf } from './signals.ts';

export const QUEUE = 'help';
/** What orders it: the rank, the age in milliseconds, the id. */
export const QUEUE_PARTS = [/^[012]$/, /^-?\d{1,15}$/, UUID_PART];

export type Scope =
  | { readonly kind: 'classroom'; readonly classroomId: string }
  | { readonly kind: 'school'; readonly schoolId: string }
  | { readonly kind: 'district' };

const State = Type.Enum([...HELP_STATES], {
  type: 'string',
  description: 'open, acknowledged by an adult, escalated to the school’s administrators, or resolved.',
});
const orNull = (schema: typeof Time, description: string) => Type.Union([schema, Type.Null()], { description });

export const SIGNAL_TIMES = {
  raisedAt: Time,
  pressedAt: Type.String({ format: 'date-time', description: 'When the student pressed last.' }),
  acknowledgedAt: orNull(Time, 'When an adult said to be on it, last.'),
  escalatedAt: orNull(Time, 'When it went to the school’s administrators.'),
  resolvedAt: orNull(Time, 'When it was over.'),
} as const;

export const SignalState = State;

export const QueuedSignal = closed({
  id: Uuid,
  classroomId: Uuid,
  state: State,
  student: closed({ enrolmentId: Uuid, alias: Type.String({ maxLength: 40 }) }),
  ...SIGNAL_TIMES,
  presses: Type.Integer({ minimum: 1, description: 'How often the student has pressed.' }),
  escalatesAt: orNull(Time, 'When it escalates by itself unless somebody acknowledges it; null when it need not.'),
  acknowledgedBy: orNull(Uuid, 'The account that is on it.'),
  resolvedBy: orNull(Uuid, 'The account that resolved it.'),
  revision: Type.Integer({ minimum: 1, description: 'Grows with each change.' }),
});
export type QueuedSignal = Static<typeof QueuedSignal>;

/** Whom nobody has answered comes first, then those that somebody is on, then what is over. A signal only ever goes up. */
const RANK = sql<number>`case when h.state = 'resolved' then 2 when h.acknowledged_at is not null then 1 else 0 end`;
/** Who has waited longest comes first; of what is over, the last. */
const AGE = sql<number>`(case when h.state = 'resolved' then -1 else 1 end * extract(epoch from h.raised_at) * 1000)::float8`;

/** @returns a page of a queue. */
export async function pageOfQueue(db: Transaction<DB>, scope: Scope, { limit, after }: PageRequest) {
  const found = await queued(db, scope)
    .select([RANK.as('rank'), AGE.as('age')])
    .$if(after !== undefined, (query) => {
      const [rank = 0, age = 0, id = ''] = after ?? [];
      return query.where(
        sql<boolean>`(${RANK}, ${AGE}, h.id) > (${Number(rank)}, ${Number(age)}, ${String(id)}::uuid)`,
      );
    })
    .orderBy('rank')
    .orderBy('age')
    .orderBy('h.id')
    .limit(limit + 1)
    .execute();
  const { rows, nextCursor } = pageFrom(QUEUE, found, { limit, position: ({ rank, age, id }) => [rank, age, id] });
  return { items: rows.map(shown), nextCursor };
}

/** @returns a class's signal as its queue has it. */
export async function oneOfQueue(db: Transaction<DB>, classroomId: string, signalId: string): Promise<QueuedSignal> {
  const row = await queued(db, { kind: 'classroom', classroomId })
    .where('h.id', '=', signalId)
    .executeTakeFirstOrThrow();
  return shown(row);
}

function queued(db: Transaction<DB>, scope: Scope) {
  const all = db
    .selectFrom('help_signals as h')
    .innerJoin('student_sessions as s', 's.id', 'h.enrolment_id')
    .selectAll('h')
    .select('s.alias');
  if (scope.kind === 'classroom') return all.where('h.classroom_id', '=', scope.classroomId);
  const escalated = all.where('h.escalated_at', 'is not', null);
  if (scope.kind === 'district') return escalated;
  return escalated.where((eb) =>
    eb.exists(
      eb
        .selectFrom('classrooms as c')
        .whereRef('c.id', '=', 'h.classroom_id')
        .where('c.school_id', '=', scope.schoolId),
    ),
  );
}

function shown({ alias, ...row }: Parameters<typeof signalOf>[0] & { readonly alias: string }): QueuedSignal {
  const { enrolmentId, escalatesAt, ...signal } = signalOf(row);
  return {
    id: signal.id,
    classroomId: signal.classroomId,
    state: signal.state,
    student: { enrolmentId, alias },
    ...timesOf(signal),
    presses: signal.presses,
    escalatesAt: iso(escalatesAt),
    acknowledgedBy: signal.acknowledgedBy,
    resolvedBy: signal.resolvedBy,
    revision: signal.revision,
  };
}

/** @returns when what happened to a signal, as answers have it. */
export const timesOf = ({
  raisedAt,
  pressedAt,
  acknowledgedAt,
  escalatedAt,
  resolvedAt,
}: Pick<ReturnType<typeof signalOf>, 'raisedAt' | 'pressedAt' | 'acknowledgedAt' | 'escalatedAt' | 'resolvedAt'>) => ({
  raisedAt: raisedAt.toISOString(),
  pressedAt: pressedAt.toISOString(),
  acknowledgedAt: iso(acknowledgedAt),
  escalatedAt: iso(escalatedAt),
  resolvedAt: iso(resolvedAt),
});

const iso = (time: Date | null): string | null => time?.toISOString() ?? null;
