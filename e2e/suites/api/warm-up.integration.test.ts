/** A process that is ready is warm, and whoever warmed it was never there. */
import { sql } from 'kysely';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { asActor } from '@heroes/api/data/transaction.ts';
import { Life } from '@heroes/api/life.ts';
import { warmUp } from '@heroes/api/warming/warm-up.ts';
import { CURRICULUM } from '@heroes/migrations/curriculum/lessons.ts';
import { migrate } from '@heroes/migrations/migrator.ts';
import { capture } from '../../cluster/progress.ts';
import { PASSWORDS } from '../containers.ts';
import { snapshot } from './across/snapshot.ts';
import { caller, join, makeTaughtClass, recordConsent, unhurried } from './class-calls.ts';
import { SERVER_CONNECTIONS, startStack, type Stack, type StackOptions } from './stack.ts';

const NEVER = new AbortController().signal;
/** How busy the machine of a suite is decides nothing. */
const PATIENCE_MS = 100_000;
const LESSONS = CURRICULUM.filter(({ published }) => published).map(({ id }) => id);

const stacks: Stack[] = [];
afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack[Symbol.asyncDispose]();
});

/** An API as a pod starts it: not ready yet. */
async function starting(options: StackOptions = {}): Promise<Stack & { readonly life: Life }> {
  const life = new Life('waiting for the database');
  const stack = await startStack({ life, adapt: unhurried, ...options });
  stacks.push(stack);
  return { ...stack, life };
}

const probe = async ({ app }: Stack, path: string) => {
  const answer = await app.inject(path);
  return { status: answer.statusCode, said: answer.json<{ status: string }>().status };
};

const warm = async ({ context, database, app }: Stack, signal = NEVER): Promise<void> =>
  warmUp({ context, database, server: app.server }, signal, PATIENCE_MS);
const messages = ({ logged }: Stack): string[] =>
  logged.map((line) => (JSON.parse(line) as { message: string }).message);

/** What PgBouncer says of itself. */
async function pooler({ pooler: container }: Stack, command: string): Promise<Record<string, string>[]> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: container.getMappedPort(6432),
    database: 'pgbouncer',
    user: 'heroes_api',
    password: PASSWORDS.api,
  });
  await client.connect();
  const { rows } = await client.query<Record<string, string>>(command);
  await client.end();
  return rows.filter(({ database }) => database === 'heroes');
}

const connections = async ({ postgres }: Stack): Promise<number> =>
  Number(await postgres.sql("select count(*) from pg_stat_activity where usename = 'heroes_api'"));

/** How often PostgreSQL was sent a statement to prepare; nothing is counted before somebody has connected. */
async function prepared(stack: Stack): Promise<number> {
  const [counts] = await pooler(stack, 'SHOW STATS');
  return Number(counts === undefined ? 0 : counts.total_server_parse_count);
}

/** @returns for each of so many connections to PostgreSQL, how often a statement was done by a plan that is kept. */
async function genericPlans({ context }: Stack, connected: number, words: string): Promise<number[]> {
  const all = Promise.withResolvers<undefined>();
  let left = connected;
  const look = async (): Promise<number> =>
    asActor(context.db, { kind: 'worker' }, async (db) => {
      const { rows } = await sql<{ plans: string }>`
        select coalesce(sum(generic_plans) filter (where custom_plans = 0), 0) as plans from pg_prepared_statements where position(${words} in statement) > 0
      `.execute(db);
      // Held until each has one, so that no two of them have the same.
      left -= 1;
      if (left === 0) all.resolve(undefined);
      await all.promise;
      return Number(rows[0]?.plans);
    });
  return Promise.all(Array.from({ length: connected }, look));
}

/** A bell: as many as there are connections join at once, read their lesson, and tell how far they are. */
async function bell(stack: Stack): Promise<void> {
  const { id, code } = await makeTaughtClass(stack);
  const lesson = LESSONS[0] ?? '';
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const { body, status } = await join(stack, code);
      expect(status).toBe(201);
      const read = await caller(stack)(`/v1/classrooms/${id}/lessons/${lesson}`, { as: body });
      expect(read.status).toBe(200);
      const told = { method: 'PUT', as: body, payload: { step: 1 } } as const;
      expect((await caller(stack)(`/v1/me/progress/${lesson}`, told)).status).toBe(200);
    }),
  );
}

describe('a process', () => {
  it('is ready when it is warm, and says until then what it waits for', async () => {
    const stack = await starting();
    for (const path of ['/startupz', '/readyz'])
      expect(await probe(stack, path)).toEqual({ status: 503, said: 'waiting for the database' });
    expect((await probe(stack, '/livez')).status).toBe(200);
    const warming = warm(stack);
    await expect.poll(async () => (await probe(stack, '/readyz')).said).toBe('warming up');
    await warming;
    for (const path of ['/startupz', '/readyz']) expect(await probe(stack, path)).toEqual({ status: 200, said: 'ok' });
    expect(messages(stack)).toContain('warm');
    stack.life.enter('stopping');
    expect(await probe(stack, '/readyz')).toEqual({ status: 503, said: 'stopping' });
  });

  it('has all of its connections open then, to PgBouncer and from there to PostgreSQL', async () => {
    const stack = await starting();
    await warm(stack);
    expect(stack.database.poolState()).toMatchObject({ idle: 20, active: 0, total: 20 });
    expect(await connections(stack)).toBe(SERVER_CONNECTIONS);
  });

  it('has nothing left to prepare for a bell', async () => {
    const stack = await starting();
    await recordConsent(stack);
    const cold = await prepared(stack);
    await warm(stack);
    const before = await prepared(stack);
    await bell(stack);
    expect(before - cold).toBeGreaterThan(SERVER_CONNECTIONS);
    expect((await prepared(stack)) - before).toBe(0);
  });

  it('has plans that PostgreSQL keeps for what a bell asks for, though each of its connections has one of its own', async () => {
    const stack = await starting({ serverConnections: 20 });
    await warm(stack);
    const kept = (await genericPlans(stack, 20, 'from generate_series')).filter((plans) => plans > 0);
    // What is left to others while it warms up is not warmed.
    expect(kept.length).toBeGreaterThanOrEqual(18);
  });

  it('answers with every published lesson though database and cache have gone since', async () => {
    const stack = await starting();
    await warm(stack);
    await stack.cache.stop();
    await capture(['docker', 'stop', stack.postgres.container.getId()]);
    for (const lesson of LESSONS) expect((await caller(stack)(`/v1/lessons/${lesson}`)).status).toBe(200);
    await capture(['docker', 'start', stack.postgres.container.getId()]);
  });
});

describe('warming up', () => {
  it('leaves nothing behind: no row, no count, no line, and nobody’s limit used', async () => {
    const stack = await starting();
    await recordConsent(stack);
    await stack.context.keys.signing();
    // It is asked over HTTP as well.
    await stack.app.listen({ host: '127.0.0.1', port: 0 });
    const before = await snapshot(stack.db);
    const counted = await stack.context.metrics.registry.metrics();
    await warm(stack);
    expect(await snapshot(stack.db)).toEqual(before);
    const series = (text: string): string[] =>
      text.split('\n').filter((line) => /^(http_|classroom_|lesson_|requests_|outbox_|audit_)/.test(line));
    expect(series(await stack.context.metrics.registry.metrics())).toEqual(series(counted));
    expect(messages(stack).filter((message) => message === 'answered')).toEqual([]);
    expect(stack.logged.join('\n')).not.toMatch(/rehears|2001:db8/);
  });

  it('touches nothing on a connection once it has been given back', async () => {
    const stack = await starting();
    const { neverKept } = stack.database;
    const over = Promise.withResolvers<undefined>();
    let straggler: Promise<unknown> = Promise.resolve();
    await neverKept.run(async () => {
      straggler = asActor(neverKept.db, { kind: 'worker' }, async (db) => {
        await over.promise;
        await sql`select 1`.execute(db);
      });
      return Promise.resolve();
    });
    over.resolve(undefined);
    await expect(straggler).rejects.toThrow('what was never kept is over');
    expect(await asActor(stack.context.db, { kind: 'worker' }, async () => Promise.resolve('served'))).toBe('served');
  });

  it('takes the same way in a district that has published nothing', async () => {
    const stack = await starting({ prepare: migrate as StackOptions['prepare'] & object });
    await warm(stack);
    expect(messages(stack)).toContain('warm');
    expect(await probe(stack, '/readyz')).toMatchObject({ status: 200 });
  });

  it('goes without a cache that is away', async () => {
    const stack = await starting();
    await stack.cache.stop();
    await warm(stack);
    expect(messages(stack)).toContain('warm');
  });

  it('that fails keeps nobody from serving, and the log says why', async () => {
    const stack = await starting();
    await sql`revoke insert on classrooms from heroes_api`.execute(stack.db);
    await warm(stack);
    expect(await probe(stack, '/readyz')).toMatchObject({ status: 200 });
    const line = stack.logged
      .map((each) => JSON.parse(each) as Record<string, string>)
      .find(({ message }) => message?.startsWith('not warm'));
    expect(line).toMatchObject({
      'log.level': 'warn',
      'error.message': expect.stringContaining('classrooms') as string,
    });
    expect((await caller(stack)('/v1/lessons')).status).toBe(200);
    expect(stack.database.poolState().active).toBe(0);
  });

  it('that takes too long keeps nobody from serving either', async () => {
    const stack = await starting();
    await warmUp({ ...stack, server: stack.app.server }, NEVER, 1);
    expect(await probe(stack, '/readyz')).toMatchObject({ status: 200 });
    expect(messages(stack)).toContain('not warm: the first requests will be slow');
    await expect.poll(() => stack.database.poolState().active, { timeout: 30_000 }).toBe(0);
  });

  it('waits for nobody’s lock for long', async () => {
    const stack = await starting();
    const { promise: unlocked, resolve: unlock } = Promise.withResolvers<undefined>();
    const locked = Promise.withResolvers<undefined>();
    const holding = stack.db.transaction().execute(async (owner) => {
      await sql`lock table classrooms in access exclusive mode`.execute(owner);
      locked.resolve(undefined);
      await unlocked;
    });
    await locked.promise;
    await warm(stack);
    expect(messages(stack).some((message) => message.startsWith('not warm'))).toBe(true);
    expect(await probe(stack, '/readyz')).toMatchObject({ status: 200 });
    unlock(undefined);
    await holding;
  });

  it('begins when the database can be reached, and not before', async () => {
    const stack = await starting();
    await capture(['docker', 'stop', stack.postgres.container.getId()]);
    const warming = warm(stack);
    const words = 'the database cannot be reached; the pod is not ready before it is';
    await expect.poll(() => messages(stack), { timeout: 10_000 }).toContain(words);
    expect(await probe(stack, '/readyz')).toEqual({ status: 503, said: 'waiting for the database' });
    await capture(['docker', 'start', stack.postgres.container.getId()]);
    await warming;
    expect(await probe(stack, '/readyz')).toMatchObject({ status: 200 });
    expect(messages(stack).filter((message) => message === words)).toHaveLength(1);
  });

  it('ends with the process that is told to stop', async () => {
    const stack = await starting();
    await capture(['docker', 'stop', stack.postgres.container.getId()]);
    const stop = new AbortController();
    const warming = warm(stack, stop.signal);
    stop.abort();
    await warming;
    expect(stack.life.stage).toBe('waiting for the database');
  });
});
