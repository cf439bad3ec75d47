import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StartedNetwork } from 'testcontainers';
import { capture } from '../cluster/progress.ts';
import { CURRICULUM } from '@heroes/migrations/curriculum/lessons.ts';
import { bootstrap, join, openClass, signIn, type Ask } from './opened-class.ts';
import { newNetwork, runJob, startApi, startPostgres, type Api, type Postgres } from './containers.ts';

let network: StartedNetwork;
let postgres: Postgres;
let api: Api;
let administrator: string;
let code: string;

const BOOTSTRAP_TOKEN = 'what makes the first account, from the settings';

const call = async (path: string, init: RequestInit & { json?: unknown; token?: string } = {}) => {
  const { json, token, ...rest } = init;
  const headers = new Headers(rest.headers);
  if (json !== undefined) headers.set('content-type', 'application/json');
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  const body = json === undefined ? (rest.body ?? null) : JSON.stringify(json);
  const response = await fetch(`${api.url}${path}`, { ...rest, headers, body });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return {
    status: response.status,
    type,
    headers: response.headers,
    body: (type.includes('json') ? JSON.parse(text) : text) as Record<string, unknown>,
  };
};

/** A POST when it has a body and does not say otherwise. */
const ask: Ask = async (path, sent = {}) => call(path, { method: sent.json === undefined ? 'GET' : 'POST', ...sent });

beforeAll(async () => {
  network = await newNetwork();
  postgres = await startPostgres(network);
});

afterAll(async () => {
  for (const container of [api.container, api.pooler, api.cache, postgres.container]) await container.stop();
  await network.stop();
});

describe('migrate', () => {
  it('makes the schema and loads the curriculum, and does nothing the second time', async () => {
    const first = await runJob(network, 'migrate');
    expect(first.log).toContain('0001-classrooms');
    expect(first.exitCode).toBe(0);
    const second = await runJob(network, 'migrate');
    expect(second.exitCode).toBe(0);
    expect(second.log).toContain('the schema is current');
    expect(await postgres.sql('select count(*) from lessons')).toBe(String(CURRICULUM.length));
  });

  it('says what is missing, in one line and without a stack trace', async () => {
    const { exitCode, log } = await runJob(network, 'migrate', { env: { DATABASE_PASSWORD: '' } });
    expect(exitCode).toBe(1);
    expect(log).toMatch(/DATABASE_PASSWORD/);
    expect(log).not.toMatch(/\n\s+at /);
  });

  it('gives up on a database that does not answer, and names it', async () => {
    const { exitCode, words } = await runJob(network, 'migrate', {
      env: { DATABASE_HOST: 'nowhere', DATABASE_WAIT_SECONDS: '1' },
    });
    expect(exitCode).toBe(1);
    expect(JSON.parse(words)).toMatchObject({ error: expect.stringContaining('nowhere:5432') as string });
  });
});

describe('the API', () => {
  beforeAll(async () => {
    api = await startApi(network, { BOOTSTRAP_TOKEN });
    await vi.waitFor(
      async () => {
        expect((await call('/startupz')).status).toBe(200);
      },
      { timeout: 30_000, interval: 200 },
    );
  });

  it('lists the published lessons, page by page, through PgBouncer', async () => {
    const all = await call('/v1/lessons');
    expect(all.status).toBe(200);
    expect(all.body.items).toHaveLength(12);
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await call(`/v1/lessons?limit=5${cursor === '' ? '' : `&cursor=${cursor}`}`);
      ids.push(...(body.items as { id: string }[]).map(({ id }) => id));
      cursor = body.nextCursor as string | null;
    }
    expect(ids).toEqual(CURRICULUM.filter(({ published }) => published).map(({ id }) => id));
    const connections = "select count(*) from pg_stat_activity where usename = 'heroes_api'";
    expect(Number(await postgres.sql(connections))).toBeGreaterThan(0);
  });

  it('answers 304 to whoever has it already, and hides drafts', async () => {
    const { headers } = await call('/v1/lessons/what-a-hero-does');
    const etag = headers.get('etag') ?? '';
    expect((await call('/v1/lessons/what-a-hero-does', { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await call('/v1/lessons/when-a-friend-bullies')).status).toBe(404);
  });

  it('makes the first administrator once, of the settings’ token alone', async () => {
    const wrong = bootstrap(ask, 'another token, which is as long as it must be');
    await expect(wrong).rejects.toThrow('401');
    administrator = await bootstrap(ask, BOOTSTRAP_TOKEN);
    await expect(bootstrap(ask, BOOTSTRAP_TOKEN)).rejects.toThrow('409');
    expect((await call('/v1/me/account', { token: await signIn(ask) })).status).toBe(200);
  });

  it('takes a class from creation to a finished lesson', async () => {
    const { id, code: shown } = await openClass(ask, administrator);
    code = shown;
    const student = await join(ask, code.toLowerCase());
    const lesson = '/v1/me/progress/what-a-hero-does';
    await call(lesson, { method: 'PUT', json: { step: 1 }, token: student });
    const done = await call(lesson, { method: 'PUT', json: { step: 4, completed: true }, token: student });
    expect(done.body).toMatchObject({ step: 4, completedAt: expect.any(String) as string });
    const late = await call(lesson, { method: 'PUT', json: { step: 2 }, token: student });
    expect(late.body).toEqual(done.body);
    expect((await call('/v1/me/progress', { token: student })).body.items).toHaveLength(1);
    const seen = await call(`/v1/classrooms/${id}`, { token: administrator });
    expect(seen.body).toMatchObject({ students: 1, gradeLevel: 5 });
    expect((await call(`/v1/classrooms/${id}`, { token: student })).status).toBe(403);
    expect((await call(`/v1/classrooms/${id}`)).status).toBe(401);
    const metrics = (await call('/metrics')).body as unknown as string;
    expect(metrics).toContain('classroom_activity_total{activity_type="lesson_completed",grade_level="5"} 1');
    expect(metrics).toMatch(/http_request_duration_seconds_bucket\{le="0.4",method="POST",route="\/v1\/join"/);
    expect(metrics).toMatch(/db_connection_pool_size\{state="total"\} 20/);
  });

  const json = { 'content-type': 'application/json' };

  async function expectRefusal(path: string, init: Parameters<typeof call>[1], status: number): Promise<void> {
    const answer = await call(path, init);
    expect({ status: answer.status, type: answer.type }).toEqual({
      status,
      type: expect.stringMatching(/^application\/problem\+json/) as string,
    });
    expect(answer.body).toMatchObject({ status, detail: expect.any(String) as string });
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts:/);
  }

  it.each([
    ['a body that is no JSON', { headers: json, body: '{' }, 400],
    ['no body', { headers: json, body: '' }, 400],
    ['an unknown field', { json: { title: '5b', gradeLevel: 5, name: 'x' } }, 400],
    ['a number as text', { json: { title: '5b', gradeLevel: 'five' } }, 400],
    ['a grade out of range', { json: { title: '5b', gradeLevel: 99 } }, 400],
    ['a number too large', { headers: json, body: '{"title":"5b","gradeLevel":1e999}' }, 400],
    ['a prototype', { headers: json, body: '{"__proto__":{"a":1}}' }, 400],
    ['another content type', { headers: { 'content-type': 'text/xml' }, body: '<a/>' }, 415],
  ] as const)('refuses %s for a new class', async (_what, init, status) => {
    await expectRefusal('/v1/classrooms', { method: 'POST', token: administrator, ...init }, status);
  });

  it.each([
    ['an oversized body', '/v1/join', { method: 'POST', json: { code: 'x'.repeat(300_000) } }, 413],
    ['a NUL byte', '/v1/join', { method: 'POST', json: { code: 'ABCD\u0000EFG' } }, 400],
    ['a wrong code', '/v1/join', { method: 'POST', json: { code: 'ABCD-EFGH' } }, 404],
    ['a bad cursor', '/v1/lessons?cursor=nonsense', {}, 400],
    ['a limit out of range', '/v1/lessons?limit=51', {}, 400],
    ['an unknown parameter', '/v1/lessons?page=2', {}, 400],
    ['a bad lesson id', '/v1/lessons/%00', {}, 400],
    ['broken escapes', '/v1/lessons/%E0%A4%A', {}, 400],
    ['an unknown path', '/v1/nothing', {}, 404],
    ['an unknown method', '/v1/lessons', { method: 'DELETE' }, 404],
    ['a forged token', '/v1/me/progress', { token: 'a.b.c' }, 401],
    ['a class by nobody', '/v1/classrooms', { method: 'POST', json: { title: '5b', gradeLevel: 5 } }, 401],
  ] as const)('refuses %s', async (_what, path, init, status) => {
    await expectRefusal(path, init, status);
  });

  it('still answers when the cache is away, and says 503 when the database is', async () => {
    await api.cache.stop();
    expect((await call('/v1/lessons')).status).toBe(200);
    await join(ask, code);
    await capture(['docker', 'stop', postgres.container.getId()]);
    // What every pod has at hand it goes on giving; what must be written cannot be.
    expect((await call('/v1/lessons')).status).toBe(200);
    const answer = await call('/v1/join', { method: 'POST', json: { code } });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
    expect((await call('/readyz')).status).toBe(200);
    await capture(['docker', 'start', postgres.container.getId()]);
    const joining = async () => (await ask('/v1/join', { json: { code } })).status;
    await expect.poll(joining, { timeout: 30_000 }).toBe(201);
  });

  it('logs each request by its route, without a code, a token or an address', async () => {
    const log = await api.container.logs();
    let text = '';
    log.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await expect.poll(() => text, { timeout: 5_000 }).toContain('/v1/join');
    log.destroy();
    expect(text).toMatch(/"service\.name":"heroes-api","service\.version":"0.1.0-test"/);
    expect(text).not.toMatch(/ABCD-EFGH|Bearer|remoteAddress|eyJ|@district/);
    expect(text).not.toContain(BOOTSTRAP_TOKEN);
  });
});
