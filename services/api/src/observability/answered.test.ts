import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { createLogger } from '@heroes/runtime/logger.ts';
import { tellAnswered } from './answered.ts';

const REQUEST_ID = '540dd633-a7fd-4bfa-9cb5-a6f71811752a';
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const labels = { method: 'GET', route: '/v1/lessons/:lessonId', status_code: 200 } as const;
const unchanged = { ...labels, status_code: 304 } as const;

function telling(isTrusted = false, level = 'info') {
  const lines: object[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as object) };
  const log = createLogger({ service: 'test', version: '1', level, destination });
  return { lines, ...tellAnswered(log, () => isTrusted) };
}

function answer(tookMs: number, headers: IncomingMessage['headers'] = {}) {
  const request = Object.assign(new IncomingMessage(new Socket()), { headers });
  return { request, requestId: REQUEST_ID, tookMs, labels };
}

const traced = { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` };

describe('the log of requests that were answered ready', () => {
  it('has a line for all of a kind: how many, and how long the slowest took', () => {
    const { answered, flush, lines } = telling();
    for (const ms of [2.6, 11.4, 1]) answered(answer(ms));
    answered({ ...answer(1), labels: unchanged });
    expect(lines).toEqual([]);
    flush();
    const line = {
      'log.level': 'info',
      message: 'answered ready',
      'http.request.method': 'GET',
      'http.route': '/v1/lessons/:lessonId',
    };
    expect(lines).toMatchObject([
      { ...line, 'http.response.status_code': 200, 'heroes.requests': 3, 'event.duration': 11_000_000 },
      { ...line, 'http.response.status_code': 304, 'heroes.requests': 1, 'event.duration': 1_000_000 },
    ]);
    flush();
    expect(lines).toHaveLength(2);
  });

  it('is written by itself, once a second', () => {
    vi.useFakeTimers();
    try {
      const { answered, lines } = telling();
      answered(answer(1));
      vi.advanceTimersByTime(1_000);
      expect(lines).toMatchObject([{ 'heroes.requests': 1 }]);
      answered(answer(1));
      answered(answer(1));
      vi.advanceTimersByTime(1_000);
      expect(lines).toMatchObject([{ 'heroes.requests': 1 }, { 'heroes.requests': 2 }]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("has a line of its own for each part of a trace that a trusted proxy has begun, and for nobody else's", () => {
    const trusting = telling(true);
    trusting.answered(answer(2.6, traced));
    expect(trusting.lines).toMatchObject([
      {
        message: 'answered',
        'trace.id': TRACE_ID,
        'span.id': '00f067aa0ba902b7',
        'http.request.id': REQUEST_ID,
        'event.duration': 3_000_000,
      },
    ]);
    const wary = telling(false);
    wary.answered(answer(2.6, traced));
    wary.flush();
    expect(wary.lines).toMatchObject([{ message: 'answered ready' }]);
    expect(wary.lines[0]).not.toHaveProperty('trace.id');
  });

  it('is not written where nobody wants lines of its level', () => {
    const { answered, flush, lines } = telling(true, 'warn');
    answered(answer(1));
    answered(answer(1, traced));
    flush();
    expect(lines).toEqual([]);
  });
});
