import { describe, expect, it } from 'vitest';
import { createLogger } from '@heroes/runtime/logger.ts';
import { withLazyChildren } from './lazy-log.ts';

const REQUEST = '06a34c4f-b21a-4b53-86ac-fb4532f6ad4d';
const TRACE = '0af7651916cd43dd8448eb211c80319c';

function scene(level: string) {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const log = withLazyChildren(createLogger({ service: 'heroes-api', version: 'test', level, destination }));
  return { log, lines };
}

describe('a lazy child', () => {
  it('says what it was given, and its children what they were given too', () => {
    const { log, lines } = scene('trace');
    const child = log.child({ reqId: REQUEST }).child({ 'trace.id': TRACE });
    for (const level of ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const)
      child[level]({ rows: 3 }, 'said');
    expect(lines.map((line) => line['log.level'])).toEqual(['fatal', 'error', 'warn', 'info', 'debug', 'trace']);
    for (const line of lines)
      expect(line).toMatchObject({ message: 'said', 'heroes.rows': 3, 'http.request.id': REQUEST, 'trace.id': TRACE });
  });

  it('names its trace by the id of its request unless it is told another', () => {
    const { log, lines } = scene('info');
    const child = log.child({ reqId: REQUEST });
    child.info({}, 'said');
    child.debug({}, 'not said at this level');
    child.child({ 'trace.id': TRACE }).info({}, 'said');
    log.child({}).info({}, 'said');
    expect(lines.map((line) => line['trace.id'])).toEqual([REQUEST.replaceAll('-', ''), TRACE, undefined]);
  });

  it('says nothing of a person that its parent would not', () => {
    const { log, lines } = scene('info');
    log.child({ alias: 'Calm Otter' }).info({ code: 'ABCD-EFGH' }, 'said');
    expect(JSON.stringify(lines)).not.toMatch(/Calm|ABCD/);
    expect(log.child({}).level).toBe('info');
  });
});
