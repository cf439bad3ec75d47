/** Exports: made beside the requests, fetched once, with nothing in them that is not for who asked. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeNext } from '@heroes/api/features/exports/make.ts';
import { startUnhurried } from './audit-tampering.ts';
import { enrol, makeClassroom, makePerson } from './people.ts';
import { ask, makeExports, makeScene, someId, type Scene } from './privacy-scene.ts';
import { progress } from './retention-run.ts';
import type { Stack } from './stack.ts';

let stack: Stack;
let scene: Scene;

beforeAll(async () => {
  stack = await startUnhurried();
  scene = await makeScene(stack);
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

interface Export {
  readonly id: string;
  readonly state: string;
  readonly fault: string | null;
}

type By = { readonly token: string };

const wanted = async (format = 'csv', as: By = scene.teacher) =>
  ask<Export>(stack, `POST /v1/classrooms/${scene.classroom.id}/exports`, { as, body: { format } });

const link = async (id: string, as: By = scene.teacher) =>
  ask<{ secret: string; expiresAt: string }>(stack, `POST /v1/exports/${id}/links`, { as });

const download = async (secret: string, headers = {}) =>
  ask<string>(stack, 'POST /v1/exports/download', { body: { secret }, headers });

/** Asks for a file, waits for it and fetches it. */
async function file(format = 'csv'): Promise<string> {
  const { body } = await wanted(format);
  await makeExports(stack);
  return (await download((await link(body.id)).body.secret)).body;
}

describe('an export of a class', () => {
  it('has the progress of each student, by alias', async () => {
    const lines = (await file()).split('\r\n').slice(0, -1);
    expect(lines[0]).toBe('\ufeff"student","lesson","title","step","startedAt","completedAt"');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/^"Calm Otter \w+","[a-z-]+","[^"]+","1","20[^"]+Z",""$/);
  });

  it('is JSON as well', async () => {
    expect(await file('json')).toMatchObject([{ step: 1, completedAt: null }]);
  });

  it('holds no formula, whatever anybody is called', async () => {
    const odd = await enrol(stack, scene.classroom);
    await progress(stack, odd);
    await stack.db
      .updateTable('student_sessions')
      .set({ alias: '＝HYPERLINK("http://x.example")' })
      .where('id', '=', odd.enrolmentId)
      .execute();
    expect(await file()).toContain('"\'＝HYPERLINK(""http://x.example"")"');
    await stack.db.deleteFrom('student_sessions').where('id', '=', odd.enrolmentId).execute();
  });

  it('is its teacher’s alone', async () => {
    for (const as of [scene.principal, scene.admin]) expect((await wanted('csv', as)).status).toBe(403);
    const other = await makePerson(stack, 'facilitator', scene.schoolId);
    expect((await wanted('csv', other)).status).toBe(404);
    expect((await wanted('xlsx')).status).toBe(400);
    const { body } = await wanted();
    for (const what of [`GET /v1/exports/${body.id}`, `POST /v1/exports/${body.id}/links`])
      expect((await ask(stack, what, { as: other })).status).toBe(404);
    const listed = await ask<{ items: Export[] }>(stack, 'GET /v1/exports', { as: other });
    expect(listed.body.items).toEqual([]);
  });

  it('has nothing in it for who is no longer its teacher when it is made, nor is it handed out', async () => {
    const { body } = await wanted('json');
    const other = await makePerson(stack, 'facilitator', scene.schoolId);
    const owned = async (ownerId: string) =>
      stack.db.updateTable('classrooms').set({ owner_id: ownerId }).where('id', '=', scene.classroom.id).execute();
    await owned(other.accountId);
    await makeExports(stack);
    expect((await link(body.id)).status).toBe(404);
    await owned(scene.teacher.accountId);
    expect((await download((await link(body.id)).body.secret)).body).toEqual([]);
  });
});

describe('an export of the district', () => {
  it('tells nothing of groups under five', async () => {
    const classroom = await makeClassroom(stack, scene.teacher.accountId, scene.schoolId);
    for (let joined = 0; joined < 12; joined += 1) {
      const student = await enrol(stack, classroom);
      if (joined < 7) await progress(stack, student);
    }
    await sql`refresh materialized view classroom_summary`.execute(stack.db);
    const { status, body } = await ask<Export>(stack, 'POST /v1/district/exports', {
      as: scene.admin,
      body: { format: 'json' },
    });
    expect(status).toBe(202);
    await makeExports(stack);
    const { secret } = (await link(body.id, scene.admin)).body;
    const rows = (await download(secret)).body as unknown as Record<string, number>[];
    const { body: told } = await ask<{ lessons: { started: object; completed: object }[] }>(
      stack,
      'GET /v1/district/analytics',
      { as: scene.admin },
    );
    // The class of one is in no number; what is left is the same as the dashboard tells.
    expect(rows).toMatchObject([{ classrooms: 1, students: 12, startedAtLeast: 7, startedAtMost: 7 }]);
    expect(told.lessons[0]?.started).toEqual({ atLeast: rows[0]?.startedAtLeast, atMost: rows[0]?.startedAtMost });
    expect(
      (await ask(stack, 'POST /v1/district/exports', { as: scene.principal, body: { format: 'csv' } })).status,
    ).toBe(403);
  });
});

describe('a link', () => {
  it('is good for once', async () => {
    const { body } = await wanted();
    expect((await link(body.id)).status).toBe(409);
    await makeExports(stack);
    const { secret } = (await link(body.id)).body;
    const first = await ask(stack, 'POST /v1/exports/download', { body: { secret } });
    expect(first.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="heroes-${body.id}.csv"`,
      'cache-control': 'no-store',
    });
    expect((await download(secret)).status).toBe(404);
  });

  it('is used up by one of two who use it at the same time', async () => {
    const { body } = await wanted();
    await makeExports(stack);
    const { secret } = (await link(body.id)).body;
    const both = await Promise.all([download(secret), download(secret)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 404]);
  });

  it('expires, and is kept as a digest alone', async () => {
    const { body } = await wanted();
    await makeExports(stack);
    const { secret, expiresAt } = (await link(body.id)).body;
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(15 * 60_000);
    const hash = createHash('sha256').update(secret).digest();
    const kept = stack.db.updateTable('export_links').set({ expires_at: new Date() }).where('secret_hash', '=', hash);
    expect((await kept.executeTakeFirst()).numUpdatedRows).toBe(1n);
    expect((await download(secret)).status).toBe(404);
    expect(stack.logged.some((line) => line.includes(secret))).toBe(false);
  });

  it('opens nothing when it is wrong, and is not answered twice by a key', async () => {
    expect((await download('x'.repeat(43))).status).toBe(404);
    expect((await download('short')).status).toBe(400);
    const { body } = await wanted();
    await makeExports(stack);
    const { secret } = (await link(body.id)).body;
    expect((await download(secret, { 'idempotency-key': someId() })).status).toBe(400);
    expect((await download(secret)).status).toBe(200);
  });

  it('and all that is done with an export is in the audit', async () => {
    const { body } = await wanted();
    await makeExports(stack);
    await download((await link(body.id)).body.secret);
    const audit = await ask<{ items: { action: string; actor: string }[] }>(
      stack,
      `GET /v1/audit?object=export:${body.id}`,
      { as: scene.admin },
    );
    expect(audit.body.items.map(({ action }) => action)).toEqual([
      'export.fetched',
      'export.link-made',
      'export.made',
      'export.requested',
    ]);
    expect(audit.body.items.map(({ actor }) => actor)).toEqual([
      'anonymous',
      `account:${scene.teacher.accountId}`,
      'worker',
      `account:${scene.teacher.accountId}`,
    ]);
  });
});

describe('the workers', () => {
  it('make each export once, however many there are of them', async () => {
    const ids = await Promise.all([1, 2, 3].map(async () => (await wanted()).body.id));
    const more = await Promise.all([1, 2, 3, 4, 5, 6].map(async () => makeNext(stack.context.db)));
    expect(more.filter(Boolean)).toHaveLength(3);
    const { rows } = await sql<{ n: string }>`select count(*) as n from audit_entries
      where action = 'export.made' and object = any(${ids.map((id) => `export:${id}`)})`.execute(stack.db);
    expect(rows[0]?.n).toBe('3');
  });

  it('leave an export in the queue when the database fails them', async () => {
    const { body } = await wanted();
    await sql`alter table lesson_progress rename to elsewhere`.execute(stack.db);
    await expect(makeNext(stack.context.db)).rejects.toThrow();
    await sql`alter table elsewhere rename to lesson_progress`.execute(stack.db);
    expect((await ask<Export>(stack, `GET /v1/exports/${body.id}`, { as: scene.teacher })).body.state).toBe('queued');
    // As a worker does: a connection that the failure has cost is found out by the next who uses it.
    const isMade = async () =>
      makeExports(stack).then(
        () => true,
        () => false,
      );
    await expect.poll(isMade).toBe(true);
    expect((await ask<Export>(stack, `GET /v1/exports/${body.id}`, { as: scene.teacher })).body.state).toBe('ready');
  });

  it('are not asked for more than a person needs', async () => {
    const other = await makePerson(stack, 'facilitator', scene.schoolId);
    const classroom = await makeClassroom(stack, other.accountId, scene.schoolId);
    const again = async () =>
      ask(stack, `POST /v1/classrooms/${classroom.id}/exports`, { as: other, body: { format: 'csv' } });
    for (let asked = 0; asked < 20; asked += 1) expect((await again()).status).toBe(202);
    const { status, headers } = await again();
    expect(status).toBe(429);
    expect(headers['retry-after']).toBe('3600');
  });
});
