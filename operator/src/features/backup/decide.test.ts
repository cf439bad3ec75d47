import { describe, expect, it } from 'vitest';
import { decideBackup, successRate, type BackupRun } from './decide.ts';

const HOUR = 3_600_000;
const NOW_MS = Date.parse('2026-11-24T12:00:00Z');

const good = (hoursAgo: number): BackupRun => ({
  finishedAtMs: NOW_MS - hoursAgo * HOUR,
  succeeded: true,
  message: JSON.stringify({ archive: `a-${hoursAgo}`, sizeBytes: 7, sha256: 'ff' }),
});
const bad = (hoursAgo: number, message = '{"error":"disk full"}'): BackupRun => ({
  finishedAtMs: NOW_MS - hoursAgo * HOUR,
  succeeded: false,
  message,
});

describe('decideBackup', () => {
  it('says nothing before the first run', () => {
    expect(decideBackup(undefined, [])).toBeUndefined();
  });

  it('tells of the newest good archive, with what it is', () => {
    expect(decideBackup(undefined, [good(30), good(2), good(20)])).toEqual({
      lastSuccessTime: '2026-11-24T10:00:00Z',
      lastArchive: 'a-2',
      lastArchiveBytes: 7,
      lastArchiveSha256: 'ff',
    });
  });

  it('tells of the last failure and why, until one succeeds', () => {
    const failed = decideBackup(undefined, [good(2), bad(1)]);
    expect(failed).toMatchObject({
      lastArchive: 'a-2',
      lastError: 'disk full',
      lastFailureTime: '2026-11-24T11:00:00Z',
    });
    const recovered = decideBackup(failed, [good(0)]);
    expect(recovered).toMatchObject({ lastArchive: 'a-0', lastFailureTime: '2026-11-24T11:00:00Z' });
    expect(recovered).not.toHaveProperty('lastError');
  });

  it.each([
    ['the words of the pod', bad(1, 'killed'), 'killed'],
    ['that there are none', bad(1, ''), 'the Job gave no reason'],
    ['no more than the status holds', bad(1, 'x'.repeat(5_000)), 'x'.repeat(1024)],
  ])('tells %s', (_what, run, lastError) => {
    expect(decideBackup(undefined, [run])).toMatchObject({ lastError });
  });

  it('keeps what the Jobs no longer tell', () => {
    const before = decideBackup(undefined, [good(2)]);
    expect(decideBackup(before, [])).toEqual(before);
    expect(decideBackup(before, [good(9)])).toEqual(before);
  });
});

describe('successRate', () => {
  it.each<[string, BackupRun[], number | undefined]>([
    ['of no run is not known', [], undefined],
    ['is the share of the last day', [good(1), bad(2), good(3), bad(4)], 0.5],
    ['leaves out what is older', [good(1), bad(27)], 1],
    ['is that of the newest run when the day had none', [bad(40), good(50)], 0],
  ])('%s', (_what, runs, rate) => {
    expect(successRate(runs, NOW_MS)).toBe(rate);
  });
});
