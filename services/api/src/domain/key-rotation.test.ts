import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_TOKEN_MS, nextKey, PUBLISHED_BEFORE_MS, signingKey, SIGNS_MS, type KeyTimes } from './key-rotation.ts';

const NOW = Date.UTC(2026, 10, 25);

describe('nextKey', () => {
  it('makes the first key at once', () => {
    expect(nextKey([], NOW)).toEqual({ signsFromMs: NOW, retiresAtMs: NOW + SIGNS_MS + LONGEST_TOKEN_MS });
  });

  it('leaves no time without a signing key, and knows each before it signs', () => {
    // Looked at every so often, irregularly, for some months.
    const gaps = fc.array(fc.integer({ min: 1, max: PUBLISHED_BEFORE_MS / 2 }), { minLength: 200, maxLength: 200 });
    fc.assert(
      fc.property(gaps, (each) => {
        const keys: KeyTimes[] = [];
        let nowMs = NOW;
        for (const gap of each) {
          const next = nextKey(keys, nowMs);
          if (next !== undefined) {
            if (keys.length > 0) expect(next.signsFromMs - nowMs).toBeGreaterThanOrEqual(PUBLISHED_BEFORE_MS / 2);
            keys.push(next);
          }
          const signing = signingKey(keys, nowMs);
          expect(signing).toBeDefined();
          // What it signs now is good for as long as it may be.
          expect(signing?.retiresAtMs).toBeGreaterThan(nowMs + LONGEST_TOKEN_MS);
          nowMs += gap;
        }
      }),
      { numRuns: 50 },
    );
  });
});
