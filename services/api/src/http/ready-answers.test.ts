import { createServer } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AnswerSeries } from '../observability/answer-times.ts';
import { represent } from './conditional.ts';
import { answerReady, ReadyAnswers, type Answered } from './ready-answers.ts';

const PATH = '/v1/lessons/one';
const ready = represent('{"id":"one"}');
const series = (status: number) =>
  new AnswerSeries({ method: 'GET', route: '/v1/lessons/:lessonId', status_code: status });

let holds = true;
let isOpen = true;
let counted = { 200: series(200), 304: series(304) };
let told: Answered[] = [];
const answers = new ReadyAnswers();
/** Whoever is not answered ready comes here. */
const server = createServer((_request, response) => response.setHeader('x-request-id', 'elsewhere').end('elsewhere'));
let url = '';

beforeAll(async () => {
  answerReady(server, answers, { isOpen: () => isOpen, answered: (each) => told.push(each) });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  url = `http://127.0.0.1:${address.port}`;
});

beforeEach(() => {
  [holds, isOpen, told] = [true, true, []];
  counted = { 200: series(200), 304: series(304) };
  const headers = {
    etag: ready.etag,
    'content-type': 'application/json; charset=utf-8',
    'content-length': ready.bytes.length,
    'x-request-id': 'of-another',
    'x-content-type-options': 'nosniff',
  };
  answers.keep(PATH, { ...ready, headers, holds: () => holds, counted });
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const ask = async (path = PATH, init: RequestInit = {}) => {
  const response = await fetch(`${url}${path}`, init);
  return { status: response.status, text: await response.text(), headers: response.headers };
};
const elsewhere = { status: 200, text: 'elsewhere' };

describe('a ready answer', () => {
  it('is sent as it was, with an id of its own, and counted', async () => {
    const [first, second] = [await ask(), await ask()];
    expect(first).toMatchObject({ status: 200, text: '{"id":"one"}' });
    expect(first.headers.get('etag')).toBe(ready.etag);
    expect(first.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(first.headers.get('content-length')).toBe('12');
    expect(first.headers.get('x-content-type-options')).toBe('nosniff');
    expect(first.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
    expect([counted[200].answered, counted[304].answered]).toEqual([2, 0]);
    expect(told.map(({ requestId }) => requestId)).toEqual(
      [first, second].map(({ headers }) => headers.get('x-request-id')),
    );
  });

  it('is not sent to who has it', async () => {
    const answer = await ask(PATH, { headers: { 'if-none-match': `"x", W/${ready.etag}` } });
    expect(answer).toMatchObject({ status: 304, text: '' });
    expect(answer.headers.get('etag')).toBe(ready.etag);
    expect(answer.headers.get('content-type')).toBeNull();
    expect(answer.headers.get('content-length')).toBeNull();
    expect([counted[200].answered, counted[304].answered]).toEqual([0, 1]);
    expect(told.map(({ labels }) => labels.status_code)).toEqual([304]);
  });

  it.each<[string, string, RequestInit]>([
    ['another address', '/v1/lessons/two', {}],
    ['an address with a query', `${PATH}?a=1`, {}],
    ['another method', PATH, { method: 'POST', body: '{}' }],
    ['the head alone', PATH, { method: 'HEAD' }],
  ])('is not for %s', async (_what, path, init) => {
    const { status, headers } = await ask(path, init);
    expect(status).toBe(200);
    expect(headers.get('x-request-id')).toBe('elsewhere');
    expect(counted[200].answered).toBe(0);
    expect(told).toEqual([]);
  });

  it('is not for a GET that brings a body', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(`GET ${PATH} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}`);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(socket, 'close');
    expect(Buffer.concat(chunks).toString()).toContain('elsewhere');
  });

  it('is none once it does not hold, and while the server stops', async () => {
    holds = false;
    expect(await ask()).toMatchObject(elsewhere);
    [holds, isOpen] = [true, false];
    expect(await ask()).toMatchObject(elsewhere);
    isOpen = true;
    expect(await ask()).toMatchObject({ text: '{"id":"one"}' });
  });

  it('is not kept by an address with a query: there is no end of those', async () => {
    answers.keep(`${PATH}?a=1`, { ...ready, headers: {}, holds: () => true, counted });
    expect(await ask(`${PATH}?a=1`)).toMatchObject(elsewhere);
  });
});
