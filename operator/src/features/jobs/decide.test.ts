import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideAudit, decideRetention, type AuditStatus, type JobRun } from './decide.ts';

const AT_MS = Date.parse('2026-11-24T03:15:00Z');
const HOUR_MS = 3_600_000;

const run = (message: object | string, { succeeded = true, afterMs = 0 } = {}): JobRun => ({
  finishedAtMs: AT_MS + afterMs,
  succeeded,
  message: typeof message === 'string' ? message : JSON.stringify(message),
});

describe('decideRetention', () => {
  const deleted = {
    policyVersion: 'abc',
    classes: [
      { class: 'CheckIn', rows: 3 },
      { class: 'Audit', rows: 4 },
    ],
  };

  it('knows nothing before the first run', () => {
    expect(decideRetention(undefined, [])).toBeUndefined();
  });

  it('tells what the last good run did', () => {
    const runs = [run(deleted, { afterMs: HOUR_MS }), run({ ...deleted, classes: [] })];
    expect(decideRetention(undefined, runs)).toEqual({
      lastSuccessTime: '2026-11-24T04:15:00Z',
      policyVersion: 'abc',
      rows: 7,
    });
  });

  it('tells why it failed until it succeeds', () => {
    const failed = run({ error: 'the database is away' }, { succeeded: false });
    const before = decideRetention(undefined, [failed]);
    expect(before).toEqual({ lastFailureTime: '2026-11-24T03:15:00Z', lastError: 'the database is away' });
    expect(decideRetention(before, [run(deleted, { afterMs: HOUR_MS })])).toEqual({
      lastFailureTime: '2026-11-24T03:15:00Z',
      lastSuccessTime: '2026-11-24T04:15:00Z',
      policyVersion: 'abc',
      rows: 7,
    });
  });

  it('keeps what Jobs no longer tell, and is not misled by older ones', () => {
    const before = { lastSuccessTime: '2026-11-24T04:15:00Z', policyVersion: 'abc', rows: 7 };
    expect(decideRetention(before, [])).toEqual(before);
    expect(decideRetention(before, [run({ ...deleted, policyVersion: 'old' })])).toEqual(before);
  });

  it.each(['', 'not JSON', 'null', '{}', '{"classes":"x"}'])(
    'takes a run at its word as far as it can be read: %s',
    (message) => {
      expect(decideRetention(undefined, [run(message)])).toEqual({ lastSuccessTime: '2026-11-24T03:15:00Z' });
      expect(decideRetention(undefined, [run(message, { succeeded: false })])).toMatchObject({
        lastError: message === '' ? 'the Job gave no reason' : message,
      });
    },
  );
});

describe('decideAudit', () => {
  const hashOf = (sequence: number): string => sequence.toString(16).padStart(64, '0');
  const anchor = (sequence: number, afterMs = 0, hash = hashOf(sequence)): JobRun =>
    run({ anchor: { sequence, hash, at: 'x' } }, { afterMs });
  const kept = (sequence: number): AuditStatus => ({
    sequence,
    hash: hashOf(sequence),
    anchoredTime: '2026-11-24T03:15:00Z',
  });

  it('keeps the end of the chain', () => {
    expect(decideAudit(undefined, [anchor(7)])).toEqual(kept(7));
    expect(decideAudit(kept(7), [])).toEqual(kept(7));
    expect(decideAudit(kept(7), [anchor(9, HOUR_MS)])).toMatchObject({ sequence: 9, hash: hashOf(9) });
  });

  it('goes on when nothing was written meanwhile', () => {
    expect(decideAudit(kept(7), [anchor(7, HOUR_MS)])).toEqual({ ...kept(7), anchoredTime: '2026-11-24T04:15:00Z' });
  });

  it.each([
    ['that is shorter', anchor(5, HOUR_MS)],
    ['that ends differently', anchor(7, HOUR_MS, 'f'.repeat(64))],
  ])('does not take a chain %s, and says so until somebody has looked', (_what, found) => {
    const conflicting = decideAudit(kept(7), [found]);
    expect(conflicting).toMatchObject({
      ...kept(7),
      conflict: expect.stringMatching(/kubectl heroes audit verify/) as string,
    });
    expect(decideAudit(conflicting, [found, anchor(100, 2 * HOUR_MS)])).toEqual(conflicting);
  });

  it.each([
    '{"anchor":null}',
    '',
    'x',
    '{"anchor":{"sequence":"7","hash":"x"}}',
    '{"anchor":{"sequence":7,"hash":"zz"}}',
  ])('learns nothing of %s', (message) => {
    expect(decideAudit(undefined, [run(message)])).toBeUndefined();
  });

  it('comes to the same however often the same runs are seen, in whatever order', () => {
    const runs = fc.uniqueArray(
      fc.record({ afterMs: fc.nat(20).map((hours) => hours * HOUR_MS), sequence: fc.nat(20) }),
      { selector: ({ afterMs }) => afterMs },
    );
    fc.assert(
      fc.property(runs, fc.nat(20), (given, pick) => {
        const all = given.map(({ sequence, afterMs }) => anchor(sequence, afterMs));
        const once = decideAudit(undefined, all);
        expect(decideAudit(undefined, [...all].reverse())).toEqual(once);
        expect(decideAudit(once, all)).toEqual(once);
        expect(decideAudit(once, all.slice(0, pick))).toEqual(once);
      }),
    );
  });
});
