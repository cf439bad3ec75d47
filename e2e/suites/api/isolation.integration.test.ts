/** The second wall by itself: plain SQL as the API's role, through PgBouncer, with no handler before it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { sql } from 'kysely';
import { makeDistrict, type District } from './across/district/district.ts';
import { actorOf, KINDS, type Kind } from './across/isolation/actors.ts';
import { as, attempt, columnsOf, rowsOf, seen, type Row } from './across/isolation/attempts.ts';
import { NOBODYS, NOT_THE_APIS, rightsIn, type Rights } from './across/isolation/rights.ts';
import { tablesOf } from './across/snapshot.ts';
import { startStack, type Stack } from './stack.ts';
import { PASSWORDS } from '../containers.ts';

let stack: Stack;
let district: District;
let pool: pg.Pool;
let rights: Readonly<Record<string, Rights>>;

beforeAll(async () => {
  stack = await startStack();
  district = await makeDistrict(stack);
  rights = rightsIn(district);
  pool = new pg.Pool({
    host: '127.0.0.1',
    port: stack.pooler.getMappedPort(6432),
    database: 'heroes',
    user: 'heroes_api',
    password: PASSWORDS.api,
    max: 1,
  });
});

afterAll(async () => {
  await pool.end();
  await stack[Symbol.asyncDispose]();
});

async function rowsFor(table: string, kind: Kind): Promise<Row[]> {
  const { sees, writes, adds = writes } = rights[table] ?? { sees: {}, writes: {} };
  return rowsOf(stack.db, table, { sees: sees[kind], writes: writes[kind], adds: adds[kind] });
}

const named = async (query: ReturnType<typeof sql<{ name: string }>>): Promise<string[]> =>
  (await query.execute(stack.db)).rows.map(({ name }) => name);

describe('what there is', () => {
  it('is somebody’s and behind policies, or is listed as nobody’s', async () => {
    const tables = (await tablesOf(stack.db)).filter((name) => !NOT_THE_APIS.includes(name));
    expect(tables.filter((name) => NOBODYS[name] === undefined)).toEqual(Object.keys(rights).sort());
    const open = await named(sql`
      select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity)
      order by relname`);
    expect(open.filter((name) => !NOT_THE_APIS.includes(name))).toEqual(Object.keys(NOBODYS).sort());
  });

  it('has a row to be looked for in every table', async () => {
    const counts = await Promise.all(
      Object.keys(rights).map(async (table) => [table, (await rowsFor(table, 'worker')).length] as const),
    );
    expect(counts.filter(([, rows]) => rows === 0)).toEqual([]);
  });

  it('is read through one view beside the tables, which knows whose it is', async () => {
    const views = await named(sql`
      select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')
        and has_table_privilege('heroes_api', oid, 'select')`);
    expect(views).toEqual(['classroom_summaries']);
  });

  it('is not the API’s to own, to empty, or to look around in', async () => {
    const granted = await named(sql`
      select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm') and (
        has_table_privilege('heroes_api', oid, 'truncate') or has_table_privilege('heroes_api', oid, 'references')
        or has_table_privilege('heroes_api', oid, 'trigger') or relowner = 'heroes_api'::regrole
        or (relname = any(${NOT_THE_APIS}) and has_table_privilege('heroes_api', oid, 'select, insert, update, delete')))`);
    expect(granted).toEqual([]);
    const roles = await named(sql`
      select rolname as name from pg_roles
      where rolname in ('heroes_api', 'heroes_owner') and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)`);
    expect(roles).toEqual([]);
  });

  it('runs as its owner where it must, and finds no other tables there than ours', async () => {
    const functions = await named(sql`
      select proname || coalesce(' ' || array_to_string(proconfig, ','), '') as name from pg_proc
      where pronamespace = 'public'::regnamespace and prosecdef order by 1`);
    expect(functions).toEqual([
      'app_administers_account search_path=public',
      'audit_follow search_path=public, pg_temp',
    ]);
  });
});

describe.each(KINDS)('%s', (kind) => {
  it('sees its own, and nothing else, in every table', async () => {
    for (const table of Object.keys(rights)) {
      const own = (await rowsFor(table, kind)).filter(({ isSeen }) => isSeen).map(({ text }) => text);
      const rows = await as(pool, actorOf(district, kind), async (client) => seen(client, table));
      expect({ table, rows }).toEqual({ table, rows: own.sort() });
    }
  });

  it('adds what may be its own, and nothing else', async () => {
    const wrong: string[] = [];
    for (const table of Object.keys(rights)) {
      const columns = (await columnsOf(stack.db, table)).join(', ');
      const insert = `insert into ${table} (${columns}) overriding system value
        select ${columns} from jsonb_populate_record(null::${table}, $1::jsonb)`;
      for (const { json, text, isAdded } of await rowsFor(table, kind)) {
        const outcome = await as(pool, actorOf(district, kind), async (client) => attempt(client, insert, [json]));
        if ((outcome !== 'refused') !== isAdded) wrong.push(`${table}: ${outcome} ${text}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('changes and removes what it sees and may write, and nothing else', async () => {
    const wrong: string[] = [];
    for (const table of Object.keys(rights)) {
      const [column = ''] = await columnsOf(stack.db, table);
      for (const { ctid, text, isSeen, isWritten } of await rowsFor(table, kind))
        for (const statement of [
          `update ${table} set ${column} = ${column} where ctid = $1`,
          `delete from ${table} where ctid = $1`,
        ]) {
          const outcome = await as(pool, actorOf(district, kind), async (client) => attempt(client, statement, [ctid]));
          if (outcome === 'done' && !(isSeen && isWritten)) wrong.push(`${statement}: ${text}`);
        }
    }
    expect(wrong).toEqual([]);
  });

  it('removes no more when it does not say which', async () => {
    const wrong: string[] = [];
    for (const table of Object.keys(rights)) {
      const rows = await rowsFor(table, kind);
      const outcome = await as(pool, actorOf(district, kind), async (client) =>
        attempt(client, `delete from ${table}`),
      );
      if (outcome === 'done' && !rows.some(({ isWritten }) => isWritten)) wrong.push(table);
    }
    expect(wrong).toEqual([]);
  });
});

/** Columns by which a row is somebody's. */
const OWNERS = ['classroom_id', 'enrolment_id', 'session_id', 'account_id', 'school_id', 'owner_id', 'requested_by'];

describe('a row of one’s own', () => {
  it.each(KINDS)('is not given to another by %s', async (kind) => {
    const { there } = district;
    const others: Readonly<Record<string, string>> = {
      classroom_id: there.classroom.id,
      enrolment_id: there.student.enrolmentId,
      session_id: there.student.enrolmentId,
      account_id: there.facilitator.accountId,
      owner_id: there.facilitator.accountId,
      requested_by: there.facilitator.accountId,
      school_id: there.schoolId,
    };
    const wrong: string[] = [];
    for (const [table, { writes }] of Object.entries(rights))
      for (const column of (await columnsOf(stack.db, table)).filter((name) => OWNERS.includes(name))) {
        const condition = writes[kind] ?? 'false';
        const given = sql.raw(`jsonb_populate_record(t, jsonb_build_object('${column}', '${others[column] ?? ''}'))`);
        const { rows } = await sql<{ ctid: string; may: boolean | null }>`
          select ctid::text, (select (${sql.raw(condition)}) from (select (${given}).*) t) as may
          from ${sql.table(table)} t where (${sql.raw(condition)})`.execute(stack.db);
        for (const { ctid, may } of rows) {
          const update = `update ${table} set ${column} = $2 where ctid = $1`;
          const outcome = await as(pool, actorOf(district, kind), async (client) =>
            attempt(client, update, [ctid, others[column]]),
          );
          if (outcome === 'done' && may !== true) wrong.push(`${table}.${column}`);
        }
      }
    expect(wrong).toEqual([]);
  });
});

/** Read by everybody, whoever acts. */
const PUBLIC = `t.state in ('published', 'retired')`;

describe('a connection that goes from one to the next', () => {
  it('shows nothing when nobody has said who acts', async () => {
    for (const table of Object.keys(rights)) {
      const rows = await as(pool, undefined, async (client) => seen(client, table));
      const open = table === 'lesson_versions' ? await rowsOf(stack.db, table, { sees: PUBLIC }) : [];
      expect({ table, rows }).toEqual({
        table,
        rows: open
          .filter(({ isSeen }) => isSeen)
          .map(({ text }) => text)
          .sort(),
      });
    }
  });

  it('keeps nothing of who acted before, however that ended', async () => {
    const enrolments = async (client: pg.PoolClient): Promise<string[]> =>
      (await client.query<{ id: string }>('select id from student_sessions')).rows.map(({ id }) => id).sort();
    const servers = new Set<number>();
    const visit = async (client: pg.PoolClient): Promise<string[]> => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      servers.add(rows[0]?.pid ?? 0);
      return enrolments(client);
    };
    const own = Object.fromEntries(
      await Promise.all(KINDS.map(async (kind) => [kind, await as(pool, actorOf(district, kind), visit)] as const)),
    );
    expect(new Set(Object.values(own).map(String)).size).toBeGreaterThan(3);
    for (let turn = 0; turn < 200; turn += 1) {
      const kind = KINDS[(turn * 7) % KINDS.length] ?? 'student';
      expect(await as(pool, actorOf(district, kind), visit)).toEqual(own[kind]);
      if (turn % 3 === 0)
        await expect(as(pool, actorOf(district, kind), async (client) => client.query('select 1/0'))).rejects.toThrow();
      if (turn % 2 === 0) expect(await as(pool, undefined, visit)).toEqual([]);
    }
    // They did share connections: otherwise this would show nothing.
    expect(servers.size).toBeLessThan(KINDS.length);
  });
});
