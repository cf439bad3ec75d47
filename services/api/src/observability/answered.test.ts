import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createLogger } from '@heroes/runtime/logger.ts';
import { tellAnswered } from './answered.ts';

const REQUEST_ID = '540dd633-a7fd-4bfa-9cb5-a6f71811752a';
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const labels = { method: 'GET', route: '/v1/lessons/:lessonId', status_code: 200 } as const;

function lineOf(isTrusted: boolean, headers: IncomingMessage['headers'] = {}, level = 'info'): object | undefined {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ service: 'test', version: '1', level, destination });
  const request = Object.assign(new IncomingMessage(new Socket()), { headers });
  const { answered, flush } = tellAnswered(log, () => isTrusted);
  answered({ request, requestId: REQUEST_ID, tookMs: 2.6, labels });
  flush();
  const [line] = lines;
  return line === undefined ? undefined : (JSON.parse(line) as object);
}

describe('the line of a request that was answered ready', () => {
  it('says what all lines of requests say, and names the trace by the request', () => {
    expect(lineOf(false)).toMatchObject({
      'log.level': 'info',
      message: 'answered',
      'http.request.method': 'GET',
      'http.route': '/v1/lessons/:lessonId',
      'http.response.status_code': 200,
      'event.duration': 3_000_000,
      'http.request.id': REQUEST_ID,
      'trace.id': REQUEST_ID.replaceAll('-', ''),
    });
  });

  it("names the trace that a trusted proxy has begun, and nobody else's", () => {
    const headers = { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` };
    expect(lineOf(true, headers)).toMatchObject({ 'trace.id': TRACE_ID, 'span.id': '00f067aa0ba902b7' });
    expect(lineOf(false, headers)).toMatchObject({ 'trace.id': REQUEST_ID.replaceAll('-', '') });
  });

  it('is not written where nobody wants lines of its level', () => {
    expect(lineOf(false, {}, 'warn')).toBeUndefined();
  });
});
