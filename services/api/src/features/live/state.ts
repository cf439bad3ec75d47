/** What a class is being taught now, as everybody in it may see. */
import type { Kysely } from 'kysely';
import { Type, type Static } from 'typebox';
import type { DB } from '@heroes/migrations/tables.ts';
import { anyOf } from '../../data/any-of.ts';
import { closed, LessonId, Time, Uuid } from '../../http/schemas.ts';

const LiveSession = closed({
  id: Uuid,
  lessonId: LessonId,
  version: Type.Integer({
    minimum: 1,
    description: 'Version of the lesson; it stays the same while the session lasts.',
  }),
  step: Type.Integer({ minimum: 0, description: 'The step that is being taught, from 0.' }),
  startedAt: Time,
  updatedAt: Time,
});

export const LiveState = closed({
  revision: Type.Integer({ minimum: 0, description: 'Grows with each change; 0 before the first session.' }),
  session: Type.Union([LiveSession, Type.Null()], { description: 'Null while no session is under way.' }),
});
export type LiveState = Static<typeof LiveState>;

const NOTHING_YET: LiveState = { revision: 0, session: null };

/** @returns by classroom what is live in it. The row that changed last says it: sessions that have ended change no more. */
export async function readLive(
  db: Kysely<DB>,
  classroomIds: readonly string[],
): Promise<ReadonlyMap<string, LiveState>> {
  const rows = await db
    .selectFrom('live_sessions')
    .distinctOn('classroom_id')
    .select(['classroom_id', ...SESSION_COLUMNS])
    .where('classroom_id', '=', anyOf(classroomIds))
    .orderBy('classroom_id')
    .orderBy('revision', 'desc')
    .execute();
  const found = new Map(rows.map((row) => [row.classroom_id, liveState(row)]));
  return new Map(classroomIds.map((id) => [id, found.get(id) ?? NOTHING_YET]));
}

export const SESSION_COLUMNS = [
  'id',
  'lesson_id',
  'version',
  'step',
  'revision',
  'started_at',
  'updated_at',
  'ended_at',
] as const;

export interface SessionRow {
  readonly id: string;
  readonly lesson_id: string;
  readonly version: number;
  readonly step: number;
  /** A bigint, as the driver gives it. */
  readonly revision: string;
  readonly started_at: Date;
  readonly updated_at: Date;
  readonly ended_at: Date | null;
}

/** Pure. @returns what a row says of its class. */
export function liveState(row: SessionRow): LiveState {
  const revision = Number(row.revision);
  if (row.ended_at !== null) return { revision, session: null };
  return {
    revision,
    session: {
      id: row.id,
      lessonId: row.lesson_id,
      version: row.version,
      step: row.step,
      startedAt: row.started_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
    },
  };
}
