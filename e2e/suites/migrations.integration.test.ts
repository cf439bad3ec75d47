/**
 * Up from every release: what expands runs while that release's API teaches, what contracts after it has gone; nothing of it is
 * lost, nobody is held up for longer than a moment, and dumps stay whole.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { seedCurriculum } from '@heroes/migrations/curriculum/seed.ts';
import { MIGRATIONS } from '@heroes/migrations/migrations.ts';
import { migrate } from '@heroes/migrations/migrator.ts';
import { PASSWORDS } from './containers.ts';
import { bearer, enrol, makeClassroom, makePerson, makeSchool } from './api/people.ts';
import { openAsOwner, startStack, type Stack } from './api/stack.ts';
import { checkOut, RELEASED, runReleasedJob, startReleasedApi, type ReleasedApi } from './migrations/released.ts';
import { ask, keepTeaching, teach, type Lesson } from './migrations/teaching.ts';

const PORT = 27_780;
const CONTRACTS = Object.keys(MIGRATIONS).filter((name) => MIGRATIONS[name]?.phase === 'contract');

describe.each(Object.keys(RELEASED) as (keyof typeof RELEASED)[])('up from %s', (release) => {
  const opened = new AsyncDisposableStack();
  let folder: string;
  let stack: Stack;
  let former: ReleasedApi;
  let lesson: Lesson;

  beforeAll(async () => {
    folder = await checkOut(release);
    // The new API is there already and is asked nothing, as a pod that is not ready.
    stack = opened.use(await startStack({ prepare: async () => Promise.resolve() }));
    const { postgres, pooler, cache } = stack;
    await runReleasedJob(folder, 'migrate', {
      DATABASE_HOST: '127.0.0.1',
      DATABASE_PORT: String(postgres.container.getMappedPort(5432)),
      DATABASE_USER: 'heroes_owner',
      DATABASE_PASSWORD: PASSWORDS.owner,
      TERMINATION_LOG: '/dev/null',
    });
    former = opened.use(
      await startReleasedApi(folder, PORT, {
        DATABASE_PORT: String(pooler.getMappedPort(6432)),
        DATABASE_PASSWORD: PASSWORDS.api,
        CACHE_HOST: '127.0.0.1',
        CACHE_PORT: String(cache.getMappedPort(6379)),
        CACHE_PASSWORD: 'cache-secret',
        TOKEN_SECRET: 'a secret that signs tokens, long enough',
      }),
    );
    lesson = await teach(former.url);
  });

  afterAll(async () => {
    await opened.disposeAsync();
  });

  const rowsOf = async (table: 'classrooms' | 'student_sessions' | 'lesson_progress'): Promise<number> => {
    const { rows } = await sql<{ count: string }>`select count(*) from ${sql.table(table)}`.execute(stack.db);
    return Number(rows[0]?.count);
  };

  it('what expands, and the new curriculum, disturb no lesson of the former release', async () => {
    const teaching = keepTeaching(former.url);
    const { ran, left } = await migrate(stack.db, { through: 'expand' });
    await seedCurriculum(stack.db);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { faults, lessons } = await teaching.end();
    expect(faults).toEqual([]);
    expect(lessons).toBeGreaterThan(0);
    expect(left).toEqual(CONTRACTS);
    expect(ran.map((name) => MIGRATIONS[name]?.phase)).toEqual(ran.map(() => 'expand'));
    expect(await migrate(stack.db, { through: 'expand' })).toEqual({ ran: [], left: CONTRACTS });
  });

  it('both releases serve side by side on it', async () => {
    const answer = await stack.app.inject('/v1/lessons');
    expect(answer.statusCode).toBe(200);
    const [token] = lesson.tokens;
    const done = await ask(former.url, '/v1/progress/what-a-hero-does', {
      method: 'PUT',
      json: { step: 4, completed: true },
      ...(token === undefined ? {} : { token }),
    });
    expect(done).toMatchObject({ status: 200, body: { step: 4, completed: true } });
    const schoolId = await makeSchool(stack);
    const facilitator = await makePerson(stack, 'facilitator', schoolId);
    const classroom = await makeClassroom(stack, facilitator.accountId, schoolId);
    const student = await enrol(stack, classroom);
    expect((await stack.app.inject({ url: '/v1/me', headers: bearer(student) })).statusCode).toBe(200);
    const classrooms = await stack.app.inject({ url: `/v1/classrooms/${classroom.id}`, headers: bearer(facilitator) });
    expect(classrooms.statusCode).toBe(200);
  });

  it('what contracts waits for nobody for long, and lets those pass who come meanwhile', async () => {
    await former[Symbol.asyncDispose]();
    const other = openAsOwner(stack.postgres);
    const waits: number[] = [];
    try {
      const { promise: held, resolve: release } = Promise.withResolvers<undefined>();
      const locked = Promise.withResolvers<undefined>();
      const holding = other.transaction().execute(async (transaction) => {
        await sql`lock table classrooms in access share mode`.execute(transaction);
        locked.resolve(undefined);
        await held;
      });
      await locked.promise;
      const contracting = migrate(stack.db, {
        lockTimeoutMs: 100,
        waiting: ({ attempt }) => {
          waits.push(attempt);
          if (attempt === 2) release(undefined);
        },
      });
      // Whoever queues behind the migration waits as long as that does, and no longer.
      const read = await sql`select count(*) from classrooms`.execute(other);
      expect(read.rows).toHaveLength(1);
      expect(await contracting).toEqual({ ran: CONTRACTS, left: [] });
      await holding;
    } finally {
      await other.destroy();
    }
    expect(waits.slice(0, 2)).toEqual([1, 2]);
  });

  it('nothing that the former release wrote is lost', async () => {
    const { rows } = await sql<{ students: string; done: string }>`
      select count(*) as students, count(p.completed_at) as done
      from student_sessions s join lesson_progress p on p.session_id = s.id
      where s.classroom_id = ${lesson.classroomId}`.execute(stack.db);
    expect(rows).toEqual([{ students: '3', done: '1' }]);
  });

  it('whoever acts as nobody sees nothing any more, and a dump is whole all the same', async () => {
    const nobody = await stack.postgres.sql('set role heroes_api; select count(*) from student_sessions');
    expect(nobody.split('\n').at(-1)).toBe('0');
    const dump = async (...flags: string[]): Promise<{ exitCode: number; output: string }> =>
      stack.postgres.container.exec(['pg_dump', '-h', '127.0.0.1', '-U', 'heroes_backup', '-d', 'heroes', ...flags], {
        env: { PGPASSWORD: PASSWORDS.backup },
      });
    const whole = await dump('--file=/dev/null');
    expect(whole).toEqual(expect.objectContaining({ exitCode: 0, output: '' }));
    const { output } = await dump('--data-only', '--table=student_sessions');
    const dumped = output.split('\n').filter((line) => /^[0-9a-f]{8}-/.test(line));
    expect(dumped).toHaveLength(await rowsOf('student_sessions'));
    expect(dumped.length).toBeGreaterThan(3);
  });

  it('a start of PostgreSQL gives nobody a right back that a migration took away', async () => {
    const rights = async (): Promise<string> =>
      stack.postgres.sql(
        `select string_agg(format('%s %s', table_name, privilege_type), ',' order by table_name, privilege_type)
         from information_schema.role_table_grants where grantee = 'heroes_api'`,
      );
    const before = await rights();
    expect(before).not.toMatch(/audit_entries (UPDATE|DELETE|TRUNCATE)|kysely_migration|classroom_summary /);
    const { exitCode, output } = await stack.postgres.container.exec([
      'psql',
      '-U',
      'postgres',
      '-d',
      'postgres',
      '-f',
      '/usr/local/share/heroes-postgres/ensure.sql',
    ]);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(await rights()).toBe(before);
  });
});

describe('an empty database', () => {
  it('is brought to the end at once: nothing runs on it', async () => {
    await using stack = await startStack({ prepare: async () => Promise.resolve() });
    expect(await migrate(stack.db, { through: 'expand' })).toEqual({ ran: Object.keys(MIGRATIONS), left: [] });
  });
});
