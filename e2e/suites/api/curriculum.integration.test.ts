/** Lessons as everybody reads them, and as classes have them. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bundle, Lesson, LessonSummary } from '@heroes/api/features/curriculum/shapes.ts';
import { digestOf } from '@heroes/migrations/curriculum/digest.ts';
import { CURRICULUM } from '@heroes/migrations/curriculum/lessons.ts';
import { asker, COMPLETE, editing, startPatient } from './lesson-calls.ts';
import { enrol, makeClassroom, makePerson, makeSchool } from './people.ts';
import type { Stack } from './stack.ts';

const PUBLISHED = CURRICULUM.filter(({ published }) => published);
const FIRST = 'what-a-hero-does';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

let stack: Stack;
let ask: ReturnType<typeof asker>;
let edit: ReturnType<typeof editing>;

beforeAll(async () => {
  stack = await startPatient();
  ask = asker(stack);
  edit = editing(stack, {
    author: await makePerson(stack, 'content_editor'),
    reviewer: await makePerson(stack, 'district_admin'),
  });
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const list = async (query = '') => (await ask<Page<LessonSummary>>(`/v1/lessons${query}`)).body;
const ids = ({ items }: Page<LessonSummary>) => items.map(({ id }) => id);

describe('the list', () => {
  it('has what is published, in the order in which it is taught', async () => {
    expect(ids(await list('?limit=50'))).toEqual(PUBLISHED.map(({ id }) => id));
  });

  it('comes in pages that neither skip nor repeat', async () => {
    const found: string[] = [];
    for (let next = '?limit=5'; next !== '';) {
      const page = await list(next);
      found.push(...ids(page));
      next = page.nextCursor === null ? '' : `?limit=5&cursor=${page.nextCursor}`;
    }
    expect(found).toEqual(PUBLISHED.map(({ id }) => id));
  });

  it('is looked through by grade, category and language, in pages too', async () => {
    const sixth = PUBLISHED.filter(({ content }) => content.gradeLevels.includes(6)).map(({ id }) => id);
    expect(ids(await list('?grade=6&limit=50'))).toEqual(sixth);
    const online = PUBLISHED.filter(({ content }) => content.categories.includes('online')).map(({ id }) => id);
    const first = await list('?category=online&limit=1');
    const second = await list(`?category=online&limit=1&cursor=${first.nextCursor ?? ''}`);
    expect([...ids(first), ...ids(second)]).toEqual(online);
    expect(ids(await list('?language=en&limit=50'))).toHaveLength(PUBLISHED.length);
    expect(ids(await list('?language=es'))).toEqual([]);
  });

  it('has a tag for each of its pages', async () => {
    const { etag, headers } = await ask('/v1/lessons?grade=6');
    expect(headers['cache-control']).toBe('public, max-age=60');
    expect(await ask('/v1/lessons?grade=6', { headers: { 'if-none-match': etag } })).toMatchObject({
      status: 304,
      text: '',
    });
    expect((await ask('/v1/lessons?grade=4', { headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  it.each(['grade=7', 'category=maths', 'language=EN', 'limit=51', 'cursor=nonsense', 'page=2'])(
    'refuses %s',
    async (query) => {
      expect((await ask(`/v1/lessons?${query}`)).status).toBe(400);
    },
  );
});

describe('a lesson', () => {
  it('says all that the curriculum says, its digest with it', async () => {
    const { status, body } = await ask<Lesson>(`/v1/lessons/${FIRST}`);
    const [{ content } = {}] = CURRICULUM;
    if (content === undefined) throw new Error('there is no curriculum');
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...content, id: FIRST, version: 1, gradeBands: ['3-5', '6-8'], retiredAt: null });
    expect(body.digest).toBe(digestOf(content).toString('hex'));
  });

  it('is not sent again to who has it', async () => {
    const { etag } = await ask(`/v1/lessons/${FIRST}`);
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    for (const tags of [etag, `W/${etag}`, `"x", ${etag}`, '*'])
      expect((await ask(`/v1/lessons/${FIRST}`, { headers: { 'if-none-match': tags } })).status).toBe(304);
    expect((await ask(`/v1/lessons/${FIRST}`, { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
  });

  it('is the same whether it went through everything or was ready', async () => {
    const origin = await stack.app.listen({ host: '127.0.0.1', port: 0 });
    const own = ['x-request-id', 'date', 'connection', 'keep-alive'];
    for (const path of [`/v1/lessons/${FIRST}`, '/v1/lessons', `/v1/lessons/${FIRST}/bundle`, '/v1/lessons/nothing']) {
      const through = await ask(path);
      for (const headers of [{}, { 'if-none-match': through.etag }]) {
        const expected = await ask(path, { headers });
        const ready = await fetch(`${origin}${path}`, { headers });
        const sent = Object.fromEntries([...ready.headers].filter(([name]) => !own.includes(name)));
        const headersThrough = Object.entries(expected.headers).filter(([name]) => !own.includes(name));
        expect({ status: ready.status, sent }).toEqual({
          status: expected.status,
          sent: Object.fromEntries(headersThrough.map(([name, value]) => [name, String(value)])),
        });
        if (ready.status === 200) expect(await ready.text()).toBe(expected.text);
      }
    }
  });

  it('is none while it is a draft, or never was', async () => {
    for (const path of ['when-a-friend-bullies', 'when-a-friend-bullies/versions/1', 'nothing', `${FIRST}/versions/2`])
      expect((await ask(`/v1/lessons/${path}`)).status).toBe(404);
    expect((await ask(`/v1/lessons/${FIRST}/versions/0`)).status).toBe(400);
    expect((await ask('/v1/lessons/UPPER')).status).toBe(400);
  });

  it('comes as a bundle for devices that will be offline, with the digest of what is sent', async () => {
    const { status, body, headers, text, etag } = await ask<Bundle>(`/v1/lessons/${FIRST}/bundle`);
    expect(status).toBe(200);
    expect(body.lesson).toEqual((await ask(`/v1/lessons/${FIRST}`)).body);
    expect(body.totalBytes).toBe(Buffer.byteLength(JSON.stringify(body.lesson)));
    expect(headers['repr-digest']).toBe(`sha-256=:${createHash('sha256').update(text).digest('base64')}:`);
    const days = (Date.parse(body.expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(7);
    expect(days).toBeLessThanOrEqual(8);
    const again = await ask(`/v1/lessons/${FIRST}/bundle`, { headers: { 'if-none-match': etag } });
    expect(again).toMatchObject({ status: 304, headers: { 'repr-digest': headers['repr-digest'] } });
  });

  it('is bundled with the files that it shows, to be fetched and checked', async () => {
    const file = { path: 'films/a.mp4', bytes: 5_000, sha256: 'a'.repeat(64) };
    const captions = { language: 'en', path: 'films/a.vtt', bytes: 300, sha256: 'b'.repeat(64) };
    const media = [
      { id: 'a', step: 0, mediaType: 'video/mp4', ...file, alt: 'A.', captions: [captions], transcript: 'A.' },
    ];
    const { body: draft, etag } = await edit.begin();
    expect((await edit.bring(draft.lessonId, etag, { ...COMPLETE, media })).status).toBe(200);
    const { body } = await ask<Bundle>(`/v1/lessons/${draft.lessonId}/bundle`);
    const { language, ...captionsFile } = captions;
    expect(body.files).toEqual([file, captionsFile]);
    expect(body.totalBytes).toBe(5_300 + Buffer.byteLength(JSON.stringify(body.lesson)));
  });
});

/** A class of its own school, with its teacher and one student. */
async function makeClass() {
  const school = await makeSchool(stack);
  const teacher = await makePerson(stack, 'facilitator', school);
  const { id } = await makeClassroom(stack, teacher.accountId, school);
  const student = await enrol(stack, { id });
  return { id, school, teacher, student };
}

/** A lesson that was published. @returns its id. */
async function makeLesson(): Promise<string> {
  const { body, etag } = await edit.begin();
  expect((await edit.bring(body.lessonId, etag)).status).toBe(200);
  return body.lessonId;
}

async function publishNext(id: string, title: string): Promise<void> {
  const { etag } = await edit.beginNext(id);
  expect((await edit.bring(id, etag, { title })).status).toBe(200);
}

describe('a lesson in a class', () => {
  const pin = async (
    { id, teacher }: { readonly id: string; readonly teacher: { readonly token: string } },
    lesson: string,
    version?: number,
  ) => {
    const payload = version === undefined ? {} : { version };
    return ask(`/v1/classrooms/${id}/lessons/${lesson}/pin`, { method: 'PUT', as: teacher, payload });
  };

  it('is the published one, until it is pinned: then a publication changes nothing', async () => {
    const [lesson, one] = [await makeLesson(), await makeClass()];
    const read = async () =>
      (await ask<Lesson>(`/v1/classrooms/${one.id}/lessons/${lesson}`, { as: one.student })).body;
    expect(await read()).toMatchObject({ version: 1 });
    expect(await pin(one, lesson)).toMatchObject({ status: 200, body: { lessonId: lesson, version: 1 } });
    await publishNext(lesson, 'Another title');
    expect((await ask<Lesson>(`/v1/lessons/${lesson}`)).body).toMatchObject({ version: 2, title: 'Another title' });
    expect(await read()).toMatchObject({ version: 1, title: 'A new lesson', retiredAt: expect.any(String) as string });
    const unpin = { method: 'DELETE', as: one.teacher } as const;
    expect((await ask(`/v1/classrooms/${one.id}/lessons/${lesson}/pin`, unpin)).status).toBe(204);
    expect(await read()).toMatchObject({ version: 2, title: 'Another title' });
  });

  it('is kept by nobody on the way, and not sent again to who has it', async () => {
    const { id, student, teacher } = await makeClass();
    const url = `/v1/classrooms/${id}/lessons/${FIRST}`;
    const { etag, headers } = await ask(url, { as: student });
    expect(headers['cache-control']).toBe('private, no-cache');
    expect((await ask(url, { as: teacher, headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it('can be pinned to a version that was retired, and to none that was not published', async () => {
    const [lesson, one] = [await makeLesson(), await makeClass()];
    await publishNext(lesson, 'Another title');
    expect((await pin(one, lesson, 1)).status).toBe(200);
    expect((await pin(one, lesson, 3)).status).toBe(404);
    await edit.beginNext(lesson);
    expect((await pin(one, lesson, 3)).status).toBe(404);
    expect((await pin(one, 'nothing')).status).toBe(404);
    expect(await pin(one, lesson)).toMatchObject({ status: 200, body: { version: 2 } });
  });

  it('stays pinned when it is withdrawn, and is gone for the others', async () => {
    const [lesson, one, other] = [await makeLesson(), await makeClass(), await makeClass()];
    await pin(one, lesson);
    const editor = await makePerson(stack, 'content_editor');
    const retired = { method: 'POST', as: editor, payload: { version: 1 } } as const;
    expect((await ask(`/v1/lessons/${lesson}/retire`, retired)).status).toBe(200);
    const read = async ({ id, student }: typeof one) =>
      (await ask(`/v1/classrooms/${id}/lessons/${lesson}`, { as: student })).status;
    expect([await read(one), await read(other)]).toEqual([200, 404]);
    expect((await ask(`/v1/lessons/${lesson}`)).status).toBe(404);
    expect((await pin(other, lesson)).status).toBe(404);
  });

  it('lists what is pinned, page by page', async () => {
    const one = await makeClass();
    const lessons = PUBLISHED.slice(0, 3).map(({ id }) => id);
    for (const lesson of lessons) await pin(one, lesson);
    const url = `/v1/classrooms/${one.id}/pins`;
    const first = (await ask<Page<{ lessonId: string }>>(`${url}?limit=2`, { as: one.teacher })).body;
    const rest = (
      await ask<Page<{ lessonId: string }>>(`${url}?limit=2&cursor=${first.nextCursor ?? ''}`, { as: one.teacher })
    ).body;
    expect([...first.items, ...rest.items].map(({ lessonId }) => lessonId)).toEqual([...lessons].sort());
    expect(rest.nextCursor).toBeNull();
  });

  it('is not for others', async () => {
    const [one, other] = [await makeClass(), await makeClass()];
    const url = `/v1/classrooms/${one.id}/lessons/${FIRST}`;
    expect((await ask(url)).status).toBe(401);
    expect((await ask(url, { as: other.student })).status).toBe(404);
    expect((await ask(url, { as: other.teacher })).status).toBe(404);
    expect((await ask(`${url}/pin`, { method: 'PUT', as: other.teacher, payload: {} })).status).toBe(404);
    expect((await ask(`${url}/pin`, { method: 'PUT', as: one.student, payload: {} })).status).toBe(403);
    expect((await ask(`${url}/pin`, { method: 'DELETE', as: other.teacher })).status).toBe(404);
    expect((await ask(`/v1/classrooms/${one.id}/pins`, { as: one.student })).status).toBe(403);
  });
});
