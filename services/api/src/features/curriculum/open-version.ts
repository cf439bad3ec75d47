/** The version of a lesson that is being worked on; there is one at most. */
import { sql, type Transaction } from 'kysely';
import type { LessonContent } from '@heroes/migrations/curriculum/content.ts';
import { digestOf } from '@heroes/migrations/curriculum/digest.ts';
import { publishingFaults } from '@heroes/migrations/curriculum/faults.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import { asAccount, type Actor } from '../../access/roles.ts';
import { moved, OPEN_STATES, type Move, type State } from '../../domain/review.ts';
import { requireMatch } from '../../http/conditional.ts';
import { Problem } from '../../http/problems.ts';
import type { Answer, Call } from '../../http/route.ts';

export interface OpenVersion {
  readonly lessonId: string;
  readonly version: number;
  readonly state: State;
  readonly revision: number;
  readonly content: LessonContent;
  readonly reviewNote: string | null;
  readonly updatedAt: Date;
  readonly youWrote: boolean;
}

/** @returns the version, locked until the transaction ends. @throws Problem 404 when nobody works on one. */
export async function lockOpenVersion(db: Transaction<DB>, lessonId: string, actor: Actor): Promise<OpenVersion> {
  const row = await db
    .selectFrom('lesson_versions')
    .select(['version', 'state', 'revision', 'content', 'review_note', 'updated_at'])
    .where('lesson_id', '=', lessonId)
    .where('state', 'in', OPEN_STATES)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined)
    throw new Problem({ status: 404, detail: `Nobody works on ${lessonId}. POST to its draft begins one.` });
  const author = await db
    .selectFrom('lesson_version_authors')
    .select('account_id')
    .where('lesson_id', '=', lessonId)
    .where('version', '=', row.version)
    .where('account_id', '=', asAccount(actor).accountId)
    .executeTakeFirst();
  return {
    lessonId,
    version: row.version,
    state: row.state as State,
    revision: row.revision,
    content: row.content as LessonContent,
    reviewNote: row.review_note,
    updatedAt: row.updated_at,
    youWrote: author !== undefined,
  };
}

/**
 * @returns the version, locked, once it is as the client has seen it and the move begins in its state.
 * @throws Problem 404, 428, 412 or 409
 */
export async function lockForMove(
  db: Transaction<DB>,
  { headers, actor }: Pick<Call, 'headers' | 'actor'>,
  { lessonId, move }: { readonly lessonId: string; readonly move: Move },
): Promise<OpenVersion> {
  const open = await lockOpenVersion(db, lessonId, actor);
  requireMatch({ headers }, tagOf(open));
  const led = moved(open.state, move);
  if (!led.ok) throw new Problem({ status: 409, detail: led.reason });
  return open;
}

/** Of the revision and of what it says: a number may come again after a draft was discarded. */
const tagOf = ({ version, revision, content }: OpenVersion): string =>
  `"${version}.${revision}.${digestOf(content).toString('base64url').slice(0, 12)}"`;

/** @returns the version as its editors see it. */
export function shown(open: OpenVersion, status: 200 | 201 = 200): Answer {
  const { lessonId, version, state, content, youWrote, reviewNote, updatedAt } = open;
  const faults = publishingFaults(content);
  return {
    status,
    body: { lessonId, version, state, content, faults, youWrote, reviewNote, updatedAt: updatedAt.toISOString() },
    headers: { etag: tagOf(open), ...(status === 201 ? { location: `/v1/lessons/${lessonId}/draft` } : {}) },
  };
}

interface Changes {
  readonly state: State;
  readonly content?: LessonContent;
  readonly reviewerId?: string | null;
  readonly reviewNote?: string | null;
}

/** Changes the version. @returns how it is afterwards. */
export async function change(db: Transaction<DB>, open: OpenVersion, changes: Changes): Promise<OpenVersion> {
  const { state, content, reviewerId, reviewNote } = changes;
  const { revision, updated_at: updatedAt } = await db
    .updateTable('lesson_versions')
    .set({
      state,
      revision: open.revision + 1,
      updated_at: sql`now()`,
      ...(content === undefined ? {} : { content: JSON.stringify(content), digest: digestOf(content) }),
      ...(reviewerId === undefined ? {} : { reviewer_id: reviewerId }),
      ...(reviewNote === undefined ? {} : { review_note: reviewNote }),
      ...(state === 'published' ? { published_at: sql`now()` } : {}),
    })
    .where('lesson_id', '=', open.lessonId)
    .where('version', '=', open.version)
    .returning(['revision', 'updated_at'])
    .executeTakeFirstOrThrow();
  return {
    ...open,
    state,
    revision,
    updatedAt,
    content: content ?? open.content,
    reviewNote: reviewNote === undefined ? open.reviewNote : reviewNote,
  };
}

/** Notes that somebody has written part of a version. */
export async function addAuthor(
  db: Transaction<DB>,
  { lessonId, version }: Pick<OpenVersion, 'lessonId' | 'version'>,
  actor: Actor,
): Promise<void> {
  await db
    .insertInto('lesson_version_authors')
    .values({ lesson_id: lessonId, version, account_id: asAccount(actor).accountId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
