/** What a socket may be sent that is no request of HTTP/1.1, or two of them in the coat of one. */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Reply } from './transport.ts';

const HOST = 'host: x\r\n';

export const MALFORMED: readonly (readonly [string, string])[] = [
  ['words', 'hello there\r\n\r\n'],
  ['a path with a space', `GET /v1/lessons x HTTP/1.1\r\n${HOST}\r\n`],
  ['a path with control characters', `GET /v1/\u0001 HTTP/1.1\r\n${HOST}\r\n`],
  ['a header without a colon', `GET /v1/lessons HTTP/1.1\r\n${HOST}header\r\n\r\n`],
  ['a header with control characters', `GET /v1/lessons HTTP/1.1\r\n${HOST}x: \u0000\r\n\r\n`],
  ['a folded header', `GET /v1/lessons HTTP/1.1\r\n${HOST}x: a\r\n b\r\n\u0000: c\r\n\r\n`],
  ['two lengths', `POST /v1/join HTTP/1.1\r\n${HOST}content-length: 1\r\ncontent-length: 2\r\n\r\n{}`],
  ['no length at all', `POST /v1/join HTTP/1.1\r\n${HOST}content-length: many\r\n\r\n{}`],
  ['less than nothing', `POST /v1/join HTTP/1.1\r\n${HOST}content-length: -1\r\n\r\n{}`],
  [
    'a length and chunks',
    `POST /v1/join HTTP/1.1\r\n${HOST}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n`,
  ],
  [
    'chunks of another kind',
    `POST /v1/join HTTP/1.1\r\n${HOST}content-type: application/json\r\ntransfer-encoding: chunked, x\r\n\r\n0\r\n\r\n`,
  ],
  [
    'a chunk of no size',
    `POST /v1/join HTTP/1.1\r\n${HOST}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n\r\n`,
  ],
  ['headers without end', `GET /v1/lessons HTTP/1.1\r\n${HOST}x: ${'y'.repeat(20_000)}\r\n\r\n`],
  ['a method that there is not', `HACK /v1/lessons HTTP/1.1\r\n${HOST}\r\n`],
  ['another version', `GET /v1/lessons HTTP/3.7\r\n${HOST}\r\n`],
  ['an expectation', `GET /v1/lessons HTTP/1.1\r\n${HOST}expect: wonders\r\n\r\n`],
  ['HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a TLS hello', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n'],
];

/** @returns the first answer to what is said on a connection of its own. */
export async function say(port: number, words: string): Promise<Reply> {
  const socket = connect(port, '127.0.0.1');
  socket.write(Buffer.from(words, 'latin1'));
  const [head = '', ...body] = (await text(socket)).split('\r\n\r\n');
  const [status = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return {
    status: Number(status.split(' ')[1]),
    headers,
    type: headers['content-type'] ?? '',
    text: body.join('\r\n\r\n'),
  };
}
