import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refuseBroken, refuseExpectations } from './broken.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

let server: Server;

beforeAll(async () => {
  const limits = { maxHeaderSize: 4096, requestTimeout: 200, connectionsCheckingInterval: 20 };
  server = createServer(limits, (request, response) => {
    request.resume().once('end', () => response.end('good'));
  });
  server.on('clientError', refuseBroken);
  refuseExpectations(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterAll(() => {
  server.close();
});

const say = async (words: string): Promise<string> => {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(words);
  return text(socket);
};

describe('what is no request', () => {
  it.each([
    ['words', 'hello there\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', 400],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0',
      400,
    ],
    ['headers without end', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(5_000)}\r\n\r\n`, 431],
    ['half a request', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nab', 408],
    ['an expectation', 'GET / HTTP/1.1\r\nhost: x\r\nexpect: wonders\r\n\r\n', 417],
  ])('%s is answered with a problem document', async (_what, words, status) => {
    const answer = await say(words);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head.toLowerCase()).toContain('content-type: application/problem+json');
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) expect(head).toContain(`${name}: ${value}`);
    expect(JSON.parse(body)).toMatchObject({ status, type: 'about:blank', detail: expect.any(String) as string });
  });
});
