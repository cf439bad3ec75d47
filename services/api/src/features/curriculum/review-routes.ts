/** Lessons as they are reviewed and published. */
import { Type, type Static } from 'typebox';
import { sql, type Transaction } from 'kysely';
import { columnsOf } from '@heroes/migrations/curriculum/columns.ts';
import { publishingFaults, type LessonFault } from '@heroes/migrations/curriculum/faults.ts';
import { lockCurriculum } from '@heroes/migrations/curriculum/lock.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import { afterCommit } from '../../data/transaction.ts';
import { asAccount } from '../../access/roles.ts';
import { Problem } from '../../http/problems.ts';
import { route, type Answer, type Call, type Route } from '../../http/route.ts';
import { closed, LessonId } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import { EDITED } from './declared.ts';
import { change, lockForMove, shown, type OpenVersion } from './open-version.ts';
import { readRevision } from './revision.ts';
import { Draft, Version } from './shapes.ts';
import type { Library } from './library.ts';

const OfLesson = closed({ lessonId: LessonId });
const Note = Type.String({ minLength: 1, maxLength: 500, description: 'What there is to say of it.' });

const ANSWERS = {
  200: { description: 'How it is now.', schema: Draft },
  404: { description: 'There is no such lesson, or nobody works on it.' },
  409: { description: 'It is not in a state in which this begins.' },
  412: { description: 'Somebody has changed it since: nothing was done.' },
  428: { description: 'If-Match is missing.' },
} as const;
const INCOMPLETE = { description: 'Something is missing, as a text alternative or captions.' };

const submit = route(
  {
    ...EDITED,
    method: 'POST',
    path: '/v1/lessons/:lessonId/draft/submit',
    summary: 'Hand a complete draft over to be reviewed',
    schemas: { params: OfLesson },
    answers: { ...ANSWERS, 422: INCOMPLETE },
  },
  async ({ params: { lessonId }, ...call }) =>
    call.tx(async (db) => {
      const open = await lockForMove(db, call, { lessonId, move: 'submit' });
      await refuseFaults(db, open);
      await recordMove(db, call, { open, action: 'lesson.submitted' });
      return shown(await change(db, open, { state: 'review', reviewNote: null }));
    }),
);

const approve = route(
  {
    ...EDITED,
    method: 'POST',
    path: '/v1/lessons/:lessonId/draft/approve',
    summary: 'Approve a version that others have written',
    schemas: { params: OfLesson, body: closed({ note: Type.Optional(Note) }) },
    answers: { ...ANSWERS, 403: { description: 'You have written part of it.' } },
  },
  async ({ params: { lessonId }, body: { note = null }, ...call }) =>
    call.tx(async (db) => {
      const open = await lockForMove(db, call, { lessonId, move: 'approve' });
      if (open.youWrote)
        throw new Problem({ status: 403, detail: 'You have written part of it. Somebody else must approve it.' });
      await recordMove(db, call, { open, action: 'lesson.approved' });
      const reviewerId = asAccount(call.actor).accountId;
      return shown(await change(db, open, { state: 'approved', reviewerId, reviewNote: note }));
    }),
);

const reject = route(
  {
    ...EDITED,
    method: 'POST',
    path: '/v1/lessons/:lessonId/draft/reject',
    summary: 'Hand a version back to its authors, who can also take it back themselves',
    schemas: { params: OfLesson, body: closed({ note: Note }) },
    answers: ANSWERS,
  },
  async ({ params: { lessonId }, body: { note }, ...call }) =>
    call.tx(async (db) => {
      const open = await lockForMove(db, call, { lessonId, move: 'reject' });
      await recordMove(db, call, { open, action: 'lesson.rejected' });
      return shown(await change(db, open, { state: 'draft', reviewerId: null, reviewNote: note }));
    }),
);

const publish = route(
  {
    ...EDITED,
    method: 'POST',
    path: '/v1/lessons/:lessonId/draft/publish',
    summary: 'Publish an approved version; the former is retired, and stays with the classes that have pinned it',
    schemas: { params: OfLesson },
    answers: { ...ANSWERS, 422: INCOMPLETE },
  },
  async ({ params: { lessonId }, ...call }, { library }) =>
    call.tx(async (db) => {
      await lockCurriculum(db);
      const open = await lockForMove(db, call, { lessonId, move: 'publish' });
      // What was approved by the rules of an earlier release is not published against those of this one.
      await refuseFaults(db, open);
      await retirePublished(db, lessonId);
      const published = await change(db, open, { state: 'published' });
      await db
        .updateTable('lessons')
        .set({ ...columnsOf(open.content), published: true })
        .where('id', '=', lessonId)
        .execute();
      await recordMove(db, call, { open, action: 'lesson.published' });
      await tellOnceCommitted(db, library);
      return shown(published);
    }),
);

const Retired = closed({ version: Version });

const retire = route(
  {
    ...EDITED,
    method: 'POST',
    path: '/v1/lessons/:lessonId/retire',
    summary: 'Withdraw the published version of a lesson; classes that have pinned it keep it',
    schemas: { params: OfLesson, body: Retired },
    answers: {
      200: { description: 'What was withdrawn.', schema: Retired },
      409: { description: 'That version is not the published one.' },
    },
  },
  async ({ params: { lessonId }, body: { version }, actor, tx }, { library }) =>
    tx(async (db) => {
      await lockCurriculum(db);
      if ((await retirePublished(db, lessonId, version)) === undefined)
        throw new Problem({ status: 409, detail: `Version ${version} of ${lessonId} is not the published one.` });
      await db.updateTable('lessons').set({ published: false }).where('id', '=', lessonId).execute();
      await record(db, { actor, action: 'lesson.retired', object: `lesson:${lessonId}`, detail: { version } });
      await tellOnceCommitted(db, library);
      const body: Static<typeof Retired> = { version };
      return { status: 200, body } satisfies Answer;
    }),
);

export const REVIEW_ROUTES: readonly Route[] = [submit, approve, reject, publish, retire];

/** @throws Problem 422 that names all that is missing. */
async function refuseFaults(db: Transaction<DB>, { lessonId, content }: OpenVersion): Promise<void> {
  const faults = [...publishingFaults(content), ...(await translationFaults(db, lessonId, content.translationOf))];
  if (faults.length === 0) return;
  const errors = faults.map(({ pointer, detail }) => ({ pointer: `/content${pointer}`, detail }));
  throw new Problem({ status: 422, detail: 'The lesson is not complete.', errors });
}

async function translationFaults(
  db: Transaction<DB>,
  lessonId: string,
  original: string | null | undefined,
): Promise<LessonFault[]> {
  if (original === undefined || original === null) return [];
  const lesson = await db.selectFrom('lessons').select('id').where('id', '=', original).executeTakeFirst();
  return lesson === undefined || original === lessonId
    ? [{ pointer: '/translationOf', detail: 'is no other lesson: name the one that this one translates' }]
    : [];
}

/** @returns the version that was retired, or undefined when there is none (or another than the one that is named). */
async function retirePublished(db: Transaction<DB>, lessonId: string, version?: number): Promise<number | undefined> {
  const published = db
    .updateTable('lesson_versions')
    .set({ state: 'retired', retired_at: sql`now()`, updated_at: sql`now()` })
    .where('lesson_id', '=', lessonId)
    .where('state', '=', 'published');
  const row = await (version === undefined ? published : published.where('version', '=', version))
    .returning('version')
    .executeTakeFirst();
  return row?.version;
}

/** Whoever holds the curriculum's lock sees the number that there is after the commit. */
async function tellOnceCommitted(db: Transaction<DB>, library: Library): Promise<void> {
  const revision = await readRevision(db);
  afterCommit(db, async () => library.changed(revision));
}

async function recordMove(
  db: Transaction<DB>,
  { actor }: Pick<Call, 'actor'>,
  { open, action }: { readonly open: OpenVersion; readonly action: string },
): Promise<void> {
  const { lessonId, version } = open;
  await record(db, { actor, action, object: `lesson:${lessonId}`, detail: { version } });
}
