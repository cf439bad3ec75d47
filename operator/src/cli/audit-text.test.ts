import { describe, expect, it } from 'vitest';
import { auditFindings, type Verdict } from './audit-text.ts';

const HEAD = { sequence: 12, hash: 'ab'.repeat(32) };
const KEPT = { sequence: 9, hash: 'cd'.repeat(32), anchoredTime: '2026-11-24T03:15:00Z' };
const HOLDS: Verdict = {
  complete: true,
  entries: 12,
  reached: HEAD,
  head: HEAD,
  fault: null,
  anchors: [{ sequence: 9, hash: KEPT.hash, place: 'request', holds: true }],
};

describe('auditFindings', () => {
  it('says how far the chain holds, and how many noted ends are in it', () => {
    expect(auditFindings(HOLDS, KEPT)).toEqual({
      ok: true,
      lines: [`12 entries hold, up to entry 12, ${HEAD.hash}.`, '1 of 1 noted ends are in it.'],
    });
  });

  it('says that a chain without an anchor proves less', () => {
    const { ok, lines } = auditFindings({ ...HOLDS, anchors: [] }, undefined);
    expect(ok).toBe(true);
    expect(lines.at(-1)).toContain('No end of it is kept outside of the database yet');
  });

  it('names the entry that does not fit, and why', () => {
    const fault = {
      sequence: 5,
      reason: 'changed',
      explanation: 'it was changed: its hash is not that of what it holds',
    };
    const { ok, lines } = auditFindings({ ...HOLDS, reached: { ...HEAD, sequence: 4 }, entries: 4, fault }, KEPT);
    expect(ok).toBe(false);
    expect(lines.at(-1)).toBe('Entry 5 does not fit: it was changed: its hash is not that of what it holds.');
  });

  it('says where an end was noted that is not in the chain', () => {
    const anchors = [
      { sequence: 9, hash: KEPT.hash, place: 'request', holds: false },
      { sequence: 8, hash: KEPT.hash, place: 'database, by anchor-audit', holds: false },
    ];
    const { ok, lines } = auditFindings({ ...HOLDS, anchors }, KEPT);
    expect(ok).toBe(false);
    expect(lines[1]).toContain('entry 9 was noted (outside of the database)');
    expect(lines[2]).toContain('entry 8 was noted (database, by anchor-audit)');
  });

  it('passes on a conflict that the operator has noted', () => {
    const { ok, lines } = auditFindings(HOLDS, { ...KEPT, conflict: 'the audit ended with entry 7' });
    expect(ok).toBe(false);
    expect(lines.at(-1)).toBe('The operator has noted a conflict: the audit ended with entry 7.');
  });
});
