/** A classroom as the adults see it who answer for it. */
import { sql } from 'kysely';
import { Type } from 'typebox';
import { Language } from '@heroes/migrations/curriculum/content.ts';
import { shownCode } from '../../domain/codes.ts';
import { ENROLMENT_MODES, type EnrolmentMode } from '../../domain/enrolment.ts';
import type { Declaration } from '../../http/route.ts';
import { closed, GradeLevel, Time, Uuid } from '../../http/schemas.ts';

export const params = closed({ classroomId: Uuid });

/** Whoever answers for the school may do for a class what its teacher does, but for seeing who is in it. */
export const MANAGED_BY = {
  facilitator: 'own',
  school_admin: 'own',
  district_admin: 'any',
} as const satisfies Declaration['access'];

export const OF_A_CLASSROOM = {
  tag: 'Classrooms',
  subject: 'classroom',
  data: 'Classroom',
  retention: 'Classroom',
  rate: 'subject',
} as const satisfies Partial<Declaration>;

const Title = Type.String({
  minLength: 1,
  maxLength: 80,
  pattern: '\\S',
  description: 'What the adults call the class. Students do not see it. No names of children.',
});
const Capacity = Type.Integer({ minimum: 1, maximum: 200, description: 'Most students; 40 unless given.' });
const Enrolment = Type.Enum([...ENROLMENT_MODES], {
  type: 'string',
  description: 'Who may come in with the code: open, everyone; returning, who has a return code; closed, nobody.',
});
const ConsentBasis = Type.Enum(['school', 'parent'], {
  type: 'string',
  description: 'By whose consent students take part; the district must have recorded it. The school unless given.',
});
const ExpiresAt = { ...Time, description: 'When the class is over, a year ahead at most; in 180 days unless given.' };

/** What an adult sets. */
export const SETTINGS = {
  title: Title,
  language: Language,
  capacity: Capacity,
  enrolment: Enrolment,
  consentBasis: ConsentBasis,
  expiresAt: ExpiresAt,
} as const;

export const Classroom = closed({
  id: Uuid,
  ...SETTINGS,
  gradeLevel: GradeLevel,
  schoolId: Type.Union([Uuid, Type.Null()]),
  ownerId: Type.Union([Uuid, Type.Null()], { description: 'The account of its teacher.' }),
  code: Type.String({ description: 'The class code, as it is shown to students.' }),
  locked: Type.Boolean({ description: 'Whether the code lets nobody in for the time being.' }),
  students: Type.Integer({ description: 'How many are in the class.' }),
  createdAt: Time,
  archivedAt: Type.Union([Time, Type.Null()]),
});

export const CLASSROOM = { description: 'The classroom; its ETag is what If-Match takes.', schema: Classroom };
export const ARCHIVED = { description: 'The class is archived and is not changed any more.' };

/** Microseconds, as PostgreSQL keeps them: exact, and what a change is told by. */
const micros = (column: 'created_at' | 'updated_at') =>
  sql<string>`(extract(epoch from ${sql.ref(`classrooms.${column}`)}) * 1000000)::bigint`;

export const changedMicros = micros('updated_at');
export const createdMicros = micros('created_at');

export const CLASSROOM_COLUMNS = [
  'classrooms.id',
  'classrooms.title',
  'classrooms.language',
  'classrooms.capacity',
  'classrooms.enrolment',
  'classrooms.consent_basis',
  'classrooms.expires_at',
  'classrooms.grade_level',
  'classrooms.school_id',
  'classrooms.owner_id',
  'classrooms.code',
  'classrooms.locked_at',
  'classrooms.created_at',
  'classrooms.archived_at',
  sql<number>`(select count(*)::int from student_sessions s where s.classroom_id = classrooms.id and s.seat is not null)`.as(
    'students',
  ),
  changedMicros.as('changed_micros'),
  createdMicros.as('created_micros'),
] as const;

export interface ClassroomRow {
  readonly id: string;
  readonly title: string;
  readonly language: string;
  readonly capacity: number;
  readonly enrolment: string;
  readonly consent_basis: string;
  readonly expires_at: Date;
  readonly grade_level: number;
  readonly school_id: string | null;
  readonly owner_id: string | null;
  readonly code: string;
  readonly locked_at: Date | null;
  readonly created_at: Date;
  readonly archived_at: Date | null;
  readonly students: number;
  readonly changed_micros: string;
  readonly created_micros: string;
}

/** Pure. @returns a row as it is answered. */
export const classroomOf = (row: ClassroomRow) => ({
  id: row.id,
  title: row.title,
  language: row.language,
  capacity: row.capacity,
  enrolment: row.enrolment as EnrolmentMode,
  consentBasis: row.consent_basis,
  expiresAt: row.expires_at.toISOString(),
  gradeLevel: row.grade_level,
  schoolId: row.school_id,
  ownerId: row.owner_id,
  code: shownCode(row.code),
  locked: row.locked_at !== null,
  students: row.students,
  createdAt: row.created_at.toISOString(),
  archivedAt: row.archived_at?.toISOString() ?? null,
});

/** Pure. @returns the answer with a classroom and its tag. */
export const answerOf = (row: ClassroomRow, status: 200 | 201 = 200) => ({
  status,
  body: classroomOf(row),
  headers: { etag: `"${row.changed_micros}"` },
});
