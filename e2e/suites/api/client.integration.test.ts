/** The client that is made of the API's routes, against the API; and the description that both are made of. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi } from '@heroes/api/reference/openapi.ts';
import { ROUTES } from '@heroes/api/routes.ts';
import { ApiError, createClient, type Client } from '@heroes/client/client.ts';
import { asker, COMPLETE, startPatient } from './lesson-calls.ts';
import { makePerson, type Person } from './people.ts';
import type { Stack } from './stack.ts';

let stack: Stack;
let editor: Person;
let api: Client;
let asEditor: Client;

beforeAll(async () => {
  stack = await startPatient({ settings: { SERVE_OPENAPI: 'true', SERVICE_VERSION: '1.2.3' } });
  editor = await makePerson(stack, 'content_editor');
  const baseUrl = await stack.app.listen({ host: '127.0.0.1', port: 0 });
  api = createClient({ baseUrl });
  asEditor = createClient({ baseUrl, token: () => editor.token });
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

describe('the client', () => {
  it('reads lists and lessons, and not again what it has', async () => {
    const list = await api.listLessons({ query: { grade: 5, limit: 3 } });
    if (list.status !== 200) throw new Error('there is no list');
    const [first] = list.body.items;
    expect(list.body.items).toHaveLength(3);
    const lesson = await api.getLesson({ params: { lessonId: first?.id ?? '' } });
    if (lesson.status !== 200) throw new Error('there is no lesson');
    expect(lesson.body).toMatchObject({ id: first?.id, title: first?.title });
    const etag = lesson.headers.get('etag') ?? '';
    const again = await api.getLesson({ params: { lessonId: lesson.body.id }, ifNoneMatch: etag });
    expect(again).toMatchObject({ status: 304, body: undefined });
  });

  it('writes as who holds the token, once for a key, and not over what it has not seen', async () => {
    const id = `lesson-${randomUUID()}`;
    const draft = { body: { id, title: 'Made by the client', language: 'en' }, idempotencyKey: randomUUID() };
    const begun = await asEditor.createLesson(draft);
    expect((await asEditor.createLesson(draft)).headers.get('idempotency-replayed')).toBe('true');
    const ifMatch = begun.headers.get('etag') ?? '';
    const { steps, summary } = COMPLETE;
    const changed = await asEditor.updateLessonDraft({ params: { lessonId: id }, ifMatch, body: { summary, steps } });
    expect(changed).toMatchObject({ status: 200, body: { content: { summary, steps } } });
    await expect(
      asEditor.updateLessonDraft({ params: { lessonId: id }, ifMatch, body: { summary } }),
    ).rejects.toMatchObject({ status: 412 });
  });

  it('throws what is refused, with where it was wrong', async () => {
    const refused = await api
      .createLesson({ body: { id: 'x', title: 'x', language: 'en' } })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ status: 401, problem: { title: 'Unauthorized' } });
    const invalid = await asEditor
      .createLesson({ body: { id: 'x', title: '', language: 'en' } })
      .catch((error: unknown) => error);
    expect(invalid).toMatchObject({ status: 400, problem: { errors: [{ pointer: '/body/title' }] } });
  });
});

describe('GET /v1/openapi.json', () => {
  it('describes the API where the district serves it, in the version that runs', async () => {
    const { status, body, etag } = await asker(stack)('/v1/openapi.json');
    expect(status).toBe(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(openApi(ROUTES, '1.2.3'))));
    const again = await asker(stack)('/v1/openapi.json', { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });

  it('is not there otherwise', async () => {
    Object.assign(stack.context.config, { SERVE_OPENAPI: false });
    expect((await asker(stack)('/v1/openapi.json')).status).toBe(404);
  });
});
