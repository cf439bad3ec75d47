import { describe, expect, it, vi } from 'vitest';
import { createLogger } from './logger.ts';
import { repeatedLines, type Repeated } from './repeated-line.ts';

const LINE: Repeated<'rows'> = {
  fields: { class: 'Export' },
  varying: { rows: { given: 123_456_789, shown: '123456789' } },
  message: 'said',
};

function scene() {
  const written: string[] = [];
  const log = createLogger({
    service: 'test',
    version: '1',
    destination: { write: (text) => void written.push(text) },
  });
  const lines = () =>
    written
      .join('')
      .split('\n')
      .filter((each) => each !== '')
      .map((each) => JSON.parse(each) as Record<string, unknown>);
  return { log, written, lines, ...repeatedLines(log) };
}

describe('lines that are repeated', () => {
  it('are those of the logger, with other values', () => {
    const { log, lines, lineOf, flush } = scene();
    const say = lineOf(LINE);
    for (const rows of [1, 2]) say({ rows });
    flush();
    for (const rows of [1, 2]) log.info({ class: 'Export', rows }, 'said');
    const [one, two, ...others] = lines().map((line) => ({ ...line, '@timestamp': '' }));
    expect([one, two]).toEqual(others);
  });

  it('are written together, and none waits for long', async () => {
    const { written, lines, lineOf } = scene();
    const say = lineOf(LINE);
    for (let rows = 0; rows < 100; rows += 1) say({ rows });
    await vi.waitFor(() => {
      expect(lines()).toHaveLength(100);
    });
    expect(written.length).toBeLessThan(10);
    expect(lines().map((line) => line['heroes.rows'])).toEqual(Array.from({ length: 100 }, (_, rows) => rows));
  });

  it('cannot be told by a sample that the line has twice, or not at all', () => {
    const { lineOf } = scene();
    expect(() => lineOf({ ...LINE, varying: { rows: { given: 5, shown: '6789' } } })).toThrow('has not one rows');
    expect(() => lineOf({ ...LINE, fields: { class: 'Export', failed: 123_456_789 } })).toThrow('has not one rows');
  });
});
