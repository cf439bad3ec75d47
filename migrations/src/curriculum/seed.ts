/** Brings the curriculum of a release into a database. */
import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '../tables.ts';
import { arrivalOf, type Arrival, type KnownVersion } from './arrival.ts';
import { columnsOf } from './columns.ts';
import { digestOf } from './digest.ts';
import type { Lesson } from './lesson.ts';
import { CURRICULUM } from './lessons.ts';
import { lockCurriculum } from './lock.ts';

/**
 * Writes the curriculum's lessons: a new one is added, a changed one becomes a new version that retires the former, and what
 * is published is never changed. @returns how many there are.
 */
export async function seedCurriculum(db: Kysely<DB>, curriculum: readonly Lesson[] = CURRICULUM): Promise<number> {
  await db.transaction().execute(async (transaction) => {
    await lockCurriculum(transaction);
    const known = await readVersions(transaction);
    for (const [index, lesson] of curriculum.entries()) {
      const arrival = arrivalOf(arriving(lesson), known.get(lesson.id) ?? []);
      await addRow(transaction, lesson, index);
      await bring(transaction, lesson, arrival);
    }
    await order(
      transaction,
      curriculum.map(({ id }) => id),
    );
  });
  return curriculum.length;
}

const arriving = ({ published, content }: Lesson) => ({ published, digest: digestOf(content) });

async function readVersions(db: Transaction<DB>): Promise<Map<string, KnownVersion[]>> {
  const rows = await db
    .selectFrom('lesson_versions')
    .select(['lesson_id', 'version', 'state', 'source', 'digest', 'revision'])
    .orderBy('lesson_id')
    .orderBy('version')
    .execute();
  return Map.groupBy(rows, ({ lesson_id: id }) => id);
}

/** Below all positions that lessons can have; {@link order} gives it its own. */
const unordered = (index: number): number => -1_000_000 - index;

async function addRow(db: Transaction<DB>, { id, content }: Lesson, index: number): Promise<void> {
  await db
    .insertInto('lessons')
    .values({ id, position: unordered(index), published: false, ...columnsOf(content) })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

async function bring(db: Transaction<DB>, { id, content }: Lesson, arrival: Arrival): Promise<void> {
  if (arrival.as === 'nothing') return;
  const { as: state, version, insteadOf, retires } = arrival;
  const versions = db.updateTable('lesson_versions').where('lesson_id', '=', id);
  if (retires !== undefined)
    await versions
      .set({ state: 'retired', retired_at: sql`now()` })
      .where('version', '=', retires)
      .execute();
  if (insteadOf !== undefined)
    await db.deleteFrom('lesson_versions').where('lesson_id', '=', id).where('version', '=', insteadOf).execute();
  await db
    .insertInto('lesson_versions')
    .values({
      lesson_id: id,
      version,
      state,
      source: 'curriculum',
      content: JSON.stringify(content),
      digest: digestOf(content),
      published_at: state === 'draft' ? null : sql`now()`,
      retired_at: state === 'retired' ? sql`now()` : null,
    })
    .execute();
  if (state === 'published')
    await db
      .updateTable('lessons')
      .set({ ...columnsOf(content), published: true })
      .where('id', '=', id)
      .execute();
}

/** Ours in their order, then the district's in theirs. Positions are unique: all are moved away first, if any changes. */
async function order(db: Transaction<DB>, ours: readonly string[]): Promise<void> {
  const rows = await db.selectFrom('lessons').select(['id', 'position']).orderBy('position').execute();
  const theirs = rows.filter(({ id }) => !ours.includes(id)).map(({ id }) => id);
  const wanted = [...ours, ...theirs];
  if (rows.every(({ id, position }) => wanted[position - 1] === id)) return;
  await sql`update lessons set position = -2000000 - position where position > 0`.execute(db);
  await sql`
    update lessons set position = wanted.position
    from unnest(${wanted}::varchar[]) with ordinality as wanted (id, position)
    where lessons.id = wanted.id
  `.execute(db);
}
