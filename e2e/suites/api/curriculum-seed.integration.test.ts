/** The curriculum of a release, in a district that has made something of its own. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StartedNetwork } from 'testcontainers';
import type { Kysely } from 'kysely';
import type { Lesson } from '@heroes/migrations/curriculum/lesson.ts';
import { CURRICULUM } from '@heroes/migrations/curriculum/lessons.ts';
import { seedCurriculum } from '@heroes/migrations/curriculum/seed.ts';
import { digestOf } from '@heroes/migrations/curriculum/digest.ts';
import { migrate } from '@heroes/migrations/migrator.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import { newNetwork, startPostgres, type Postgres } from '../containers.ts';
import { openAsOwner } from './stack.ts';

const ID = 'what-a-hero-does';

let network: StartedNetwork;
let postgres: Postgres;
let db: Kysely<DB>;

beforeAll(async () => {
  network = await newNetwork();
  postgres = await startPostgres(network);
  db = openAsOwner(postgres);
  await migrate(db);
});

afterAll(async () => {
  await db.destroy();
  await postgres.container.stop();
  await network.stop();
});

beforeEach(async () => {
  await postgres.sql('truncate lessons cascade');
  await seedCurriculum(db);
});

const versions = async (id = ID) =>
  db
    .selectFrom('lesson_versions')
    .select(['version', 'state', 'source', 'title'])
    .where('lesson_id', '=', id)
    .orderBy('version')
    .execute();

const positions = async () =>
  (await db.selectFrom('lessons').select(['id', 'position']).orderBy('position').execute()).map(
    ({ id, position }) => `${position} ${id}`,
  );

/** The curriculum with its first lesson changed, as a later release may have it. */
const changed = (title: string): Lesson[] =>
  CURRICULUM.map((lesson) => (lesson.id === ID ? { ...lesson, content: { ...lesson.content, title } } : lesson));

/** As the district would: a version of its own, published over ours. */
async function publishOwn(title: string): Promise<void> {
  const [{ content } = {}] = CURRICULUM;
  if (content === undefined) throw new Error('there is no curriculum');
  const own = { ...content, title };
  await db
    .updateTable('lesson_versions')
    .set({ state: 'retired', retired_at: new Date() })
    .where('lesson_id', '=', ID)
    .where('state', '=', 'published')
    .execute();
  await db
    .insertInto('lesson_versions')
    .values({ lesson_id: ID, version: 2, content: JSON.stringify(own), digest: digestOf(own) })
    .execute();
  const { id: reviewer } = await db
    .insertInto('accounts')
    .values({ email: 'reviewer@example.org', display_name: 'A reviewer' })
    .returning('id')
    .executeTakeFirstOrThrow();
  for (const move of [
    { state: 'review' },
    { state: 'approved', reviewer_id: reviewer },
    { state: 'published', published_at: new Date() },
  ])
    await db.updateTable('lesson_versions').set(move).where('lesson_id', '=', ID).where('version', '=', 2).execute();
}

describe('seedCurriculum', () => {
  it('publishes each lesson as its first version, in order, and drafts what is not finished', async () => {
    expect(await versions()).toEqual([
      { version: 1, state: 'published', source: 'curriculum', title: 'What a hero does' },
    ]);
    expect(await versions('when-a-friend-bullies')).toMatchObject([{ version: 1, state: 'draft' }]);
    expect(await positions()).toEqual(CURRICULUM.map(({ id }, index) => `${index + 1} ${id}`));
    const columns = [
      'title',
      'summary',
      'grade_levels',
      'duration_minutes',
      'objectives',
      'steps',
      'published',
    ] as const;
    const row = await db.selectFrom('lessons').select(columns).where('id', '=', ID).executeTakeFirstOrThrow();
    const { title, summary, gradeLevels, objectives, steps } = CURRICULUM[0]?.content ?? {};
    expect(row).toEqual({
      title,
      summary,
      grade_levels: gradeLevels,
      duration_minutes: 40,
      objectives,
      steps,
      published: true,
    });
  });

  it('does nothing the second time', async () => {
    const before = await postgres.sql(
      'select md5(string_agg(v::text, chr(10) order by v::text)) from lesson_versions v',
    );
    expect(await seedCurriculum(db)).toBe(CURRICULUM.length);
    expect(await postgres.sql('select md5(string_agg(v::text, chr(10) order by v::text)) from lesson_versions v')).toBe(
      before,
    );
  });

  it('makes a new version of a changed lesson, and leaves the former as it was', async () => {
    await seedCurriculum(db, changed('Changed'));
    expect(await versions()).toMatchObject([
      { version: 1, state: 'retired', title: 'What a hero does' },
      { version: 2, state: 'published', title: 'Changed' },
    ]);
    expect(await postgres.sql(`select title from lessons where id = '${ID}'`)).toBe('Changed');
  });

  it('comes back to an earlier one when a release is taken back', async () => {
    await seedCurriculum(db, changed('Changed'));
    await seedCurriculum(db);
    expect((await versions()).map(({ state, title }) => `${state} ${title}`)).toEqual([
      'retired What a hero does',
      'retired Changed',
      'published What a hero does',
    ]);
  });

  it('leaves what the district has published, and lays its own beside it', async () => {
    await publishOwn('Ours');
    await seedCurriculum(db, changed('Changed'));
    await seedCurriculum(db, changed('Changed'));
    expect((await versions()).map(({ state, source, title }) => `${state} ${source} ${title}`)).toEqual([
      'retired curriculum What a hero does',
      'published district Ours',
      'retired curriculum Changed',
    ]);
  });

  it('publishes a draft of its own once it is finished, unless the district has begun to', async () => {
    const finished = CURRICULUM.map((lesson) => ({ ...lesson, published: true }));
    await seedCurriculum(db, finished);
    expect(await versions('when-a-friend-bullies')).toMatchObject([{ version: 2, state: 'published' }]);
  });

  it("orders its own lessons first, and the district's after them in the order that they had", async () => {
    const row = { summary: '', grade_levels: [], duration_minutes: 0, objectives: '[]', steps: '[]' };
    for (const [index, id] of ['b-of-theirs', 'a-of-theirs'].entries())
      await db
        .insertInto('lessons')
        .values({ ...row, id, title: id, position: CURRICULUM.length + 1 + index })
        .execute();
    const [first, second, ...rest] = CURRICULUM;
    if (first === undefined || second === undefined) throw new Error('there is no curriculum');
    const added: Lesson = { ...first, id: 'a-new-one' };
    await seedCurriculum(db, [second, first, ...rest, added]);
    const order = [second.id, first.id, ...rest.map(({ id }) => id), 'a-new-one', 'b-of-theirs', 'a-of-theirs'];
    expect(await positions()).toEqual(order.map((id, index) => `${index + 1} ${id}`));
  });

  it('is one after the other when two pods begin at once', async () => {
    await Promise.all([seedCurriculum(db, changed('Changed')), seedCurriculum(db, changed('Changed'))]);
    expect((await versions()).map(({ state }) => state)).toEqual(['retired', 'published']);
  });
});
