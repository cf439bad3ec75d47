import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiError, createClient, type Client } from './client.ts';

interface Seen extends Pick<IncomingMessage, 'method' | 'url' | 'headers'> {
  readonly body: string;
}

const seen: Seen[] = [];
let answer: { status: number; headers?: Record<string, string>; body?: string } = { status: 200 };
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
});

let api: Client;
let token: string | undefined;
const json = { 'content-type': 'application/json; charset=utf-8' };

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  api = createClient({ baseUrl: `http://127.0.0.1:${address.port}/`, token: () => token });
});

afterAll(async () => {
  server.close();
  await once(server, 'close');
});

describe('a call', () => {
  it('goes to the path with its parameters escaped, and brings what came', async () => {
    answer = { status: 200, headers: { ...json, etag: '"a"' }, body: '{"id":"x"}' };
    const reply = await api.getLesson({ params: { lessonId: 'a/b?' } });
    expect(seen.at(-1)).toMatchObject({ method: 'GET', url: '/v1/lessons/a%2Fb%3F', body: '' });
    expect(reply).toMatchObject({ status: 200, body: { id: 'x' } });
    expect(reply.headers.get('etag')).toBe('"a"');
  });

  it('takes nothing where nothing is needed, and leaves out what is not given', async () => {
    answer = { status: 200, headers: json, body: '{"items":[],"nextCursor":null}' };
    await api.listLessons();
    expect(seen.at(-1)?.url).toBe('/v1/lessons');
    await api.listLessons({ query: { grade: 5, cursor: undefined, language: 'es-MX' } });
    expect(seen.at(-1)?.url).toBe('/v1/lessons?grade=5&language=es-MX');
  });

  it('sends a body, a token, and a key by which it is done once', async () => {
    answer = { status: 201, headers: json, body: '{}' };
    token = 'secret';
    const body = { id: 'new', title: 'New', language: 'en' };
    await api.createLesson({ body });
    const first = seen.at(-1);
    expect(first).toMatchObject({ method: 'POST', url: '/v1/lessons', body: JSON.stringify(body) });
    expect(first?.headers).toMatchObject({ authorization: 'Bearer secret', 'content-type': 'application/json' });
    expect(first?.headers['idempotency-key']).toMatch(/^[\w-]{22,64}$/);
    await api.createLesson({ body });
    expect(seen.at(-1)?.headers['idempotency-key']).not.toBe(first?.headers['idempotency-key']);
    await api.createLesson({ body, idempotencyKey: 'the-same-key-as-before-0' });
    expect(seen.at(-1)?.headers['idempotency-key']).toBe('the-same-key-as-before-0');
    token = undefined;
  });

  it('says what it has and what it has seen', async () => {
    answer = { status: 304, headers: { etag: '"a"' } };
    expect(await api.getLesson({ params: { lessonId: 'x' }, ifNoneMatch: '"a"' })).toMatchObject({
      status: 304,
      body: undefined,
    });
    expect(seen.at(-1)?.headers['if-none-match']).toBe('"a"');
    answer = { status: 204 };
    await api.deleteLessonDraft({ params: { lessonId: 'x' }, ifMatch: '"1.2"' });
    expect(seen.at(-1)?.headers['if-match']).toBe('"1.2"');
  });

  it('throws a refusal with its problem, and when to come again', async () => {
    const problem = { type: 'about:blank', title: 'Too Many Requests', status: 429, detail: 'Wait.', requestId: 'r' };
    answer = {
      status: 429,
      headers: { 'content-type': 'application/problem+json', 'retry-after': '3' },
      body: JSON.stringify(problem),
    };
    const refused = await api.listLessons().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ message: 'Wait.', status: 429, problem, retryAfterSeconds: 3 });
  });

  it('throws what something on the way has answered', async () => {
    answer = { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad Gateway</h1>' };
    await expect(api.listLessons()).rejects.toMatchObject({
      status: 502,
      problem: undefined,
      message: 'The API answered 502.',
    });
  });

  it('can be given up', async () => {
    await expect(api.listLessons({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
