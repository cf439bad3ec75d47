/** The code of a class, and the tokens that it gave. */
import { randomBytes } from 'node:crypto';
import { sql, type Transaction, type UpdateObject } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { classCode } from '../../domain/codes.ts';
import { route, type Route } from '../../http/route.ts';
import { record } from '../audit/record.ts';
import { updateActive } from './changing.ts';
import { answerOf, ARCHIVED, CLASSROOM, MANAGED_BY, OF_A_CLASSROOM, params } from './shapes.ts';

/** Two classes drawing the same of 2^40 codes is rare, not impossible. */
const TRIES = 5;

interface Act {
  /** The path after the class's own. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly action: string;
  readonly changes: (db: Transaction<DB>) => Promise<UpdateObject<DB, 'classrooms'>>;
}

/** What is done to a class in one step, and audited. */
const act = ({ path, summary, action, changes }: Act): Route =>
  route(
    {
      ...OF_A_CLASSROOM,
      method: 'POST',
      path: `/v1/classrooms/:classroomId${path}`,
      summary,
      access: MANAGED_BY,
      schemas: { params },
      answers: { 200: CLASSROOM, 409: ARCHIVED },
    },
    async ({ params: { classroomId }, actor, tx }) =>
      tx(async (db) => {
        const row = await updateActive(db, classroomId, await changes(db));
        await record(db, { actor, action, object: `classroom:${classroomId}` });
        return answerOf(row);
      }),
  );

export const rotateCode = act({
  path: '/code/rotate',
  summary: 'Give a class another code; the former one lets nobody in any more, and who is in stays',
  action: 'classroom.code-rotated',
  changes: async (db) => ({ code: await freeCode(db) }),
});

export const lockCode = act({
  path: '/code/lock',
  summary: 'Let nobody in for the time being, whatever the code',
  action: 'classroom.code-locked',
  changes: async () => Promise.resolve({ locked_at: sql<Date>`coalesce(locked_at, now())` }),
});

export const unlockCode = act({
  path: '/code/unlock',
  summary: 'Let students in again',
  action: 'classroom.code-unlocked',
  changes: async () => Promise.resolve({ locked_at: null }),
});

export const endTokens = act({
  path: '/tokens/end',
  summary: 'Send everybody out of a class within seconds; with their return codes they come back as who they were',
  action: 'classroom.tokens-ended',
  changes: async () => Promise.resolve({ epoch: sql<number>`epoch + 1` }),
});

async function freeCode(db: Transaction<DB>): Promise<string> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const code = classCode(randomBytes(8));
    const taken = await db.selectFrom('classrooms').select('id').where('code', '=', code).executeTakeFirst();
    if (taken === undefined) return code;
  }
  throw new Error('no free class code was found');
}
