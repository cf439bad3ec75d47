/** Whose data a rights request is about: an enrolment, found by its id or by what the student was given, or an account. */
import type { Transaction } from 'kysely';
import { Type, type Static } from 'typebox';
import type { DB } from '@heroes/migrations/tables.ts';
import { reachOf } from '../../access/reach.ts';
import { rolesOf, subjectOf, type Account } from '../../access/roles.ts';
import type { Context } from '../../context.ts';
import { normalReturnCode } from '../../domain/codes.ts';
import { Problem } from '../../http/problems.ts';
import type { Declaration } from '../../http/route.ts';
import { closed, Uuid } from '../../http/schemas.ts';
import { returnCodeHash } from '../students/return-codes.ts';

/** Teachers for their students, administrators for those of their schools, everybody for themselves. */
export const ASKED_BY = {
  facilitator: 'own',
  school_admin: 'own',
  district_admin: 'any',
  content_editor: 'own',
  platform_operator: 'own',
} as const satisfies Declaration['access'];

export const SubjectGiven = Type.Union([
  closed({ enrolmentId: Uuid }, { description: 'A student, as the class lists it.' }),
  closed(
    {
      classroomId: Uuid,
      returnCode: Type.String({ minLength: 6, maxLength: 12, description: 'What the class gave the student.' }),
    },
    { description: 'A student, as a parent can name it.' },
  ),
  closed({ accountId: Uuid }, { description: 'An adult: oneself, or for the district anybody.' }),
]);

export interface RightsSubject {
  readonly enrolmentId: string | null;
  readonly accountId: string | null;
}

/** @returns what a subject is called, also when it is no more: as the audit calls it. */
export const subjectName = ({ enrolmentId, accountId }: RightsSubject): string =>
  enrolmentId === null ? `account:${String(accountId)}` : `student:${enrolmentId}`;

/** @returns the subject. @throws Problem 404 for one that is not there, or not within the actor's reach. */
export async function findSubject(
  db: Transaction<DB>,
  given: Static<typeof SubjectGiven>,
  { actor, context }: { readonly actor: Account; readonly context: Context },
): Promise<RightsSubject> {
  if ('accountId' in given) return findAccount(db, given.accountId, actor);
  let query = db.selectFrom('student_sessions').select(['id', 'classroom_id']);
  if ('enrolmentId' in given) query = query.where('id', '=', given.enrolmentId);
  else {
    const code = normalReturnCode(given.returnCode);
    if (code === undefined) throw unknownSubject();
    const hash = returnCodeHash(context)(given.classroomId, code);
    query = query.where('classroom_id', '=', given.classroomId).where('return_code_hash', '=', hash);
  }
  const found = await query.executeTakeFirst();
  const how = reachOf(ASKED_BY, actor);
  if (found === undefined || how === undefined) throw unknownSubject();
  // The class decides who may act for its students; row-level security has said so already.
  if (!(await context.walls[how].classroom(async (work) => work(db), actor, found.classroom_id)))
    throw unknownSubject();
  return { enrolmentId: found.id, accountId: null };
}

async function findAccount(db: Transaction<DB>, accountId: string, actor: Account): Promise<RightsSubject> {
  const mayAsk = subjectOf(actor) === `account:${accountId}` || rolesOf(actor).includes('district_admin');
  const found = mayAsk
    ? await db.selectFrom('accounts').select('id').where('id', '=', accountId).executeTakeFirst()
    : undefined;
  if (found === undefined) throw unknownSubject();
  return { enrolmentId: null, accountId: found.id };
}

const unknownSubject = (): Problem =>
  new Problem({ status: 404, detail: 'There is nobody like that whom you may ask for.' });
