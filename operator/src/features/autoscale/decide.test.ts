import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideScaling, type ScalingFacts } from './decide.ts';

const NOW_MS = Date.parse('2026-11-24T12:00:00Z');
const MINUTE_MS = 60_000;

const SERVED: ScalingFacts = { isExported: true, isServed: true, isUsed: true };
const decide = (facts: Partial<ScalingFacts> = {}, nowMs = NOW_MS) => decideScaling({ ...SERVED, ...facts }, nowMs);

describe('by what the autoscaler goes', () => {
  it('is requests in flight as well, where they are exported and served', () => {
    expect(decide()).toEqual({
      byRequests: true,
      reason: 'ByRequestsAndCPU',
      message: 'pods are added by requests in flight and by CPU, whichever asks for more',
    });
    expect(decide({ isUsed: false })).toMatchObject({ byRequests: true });
  });

  it.each<[string, Partial<ScalingFacts>, string]>([
    [
      'the release does not export them',
      { isExported: false },
      'NotExported: pods are added by CPU alone: releases before 0.3.0 tell of no requests',
    ],
    [
      'nothing serves them',
      { isServed: false },
      'NotServed: pods are added by CPU alone: the cluster serves no pods/http_requests_in_flight (custom.metrics.k8s.io); ' +
        'install an adapter with the rule of docs/reference/autoscaling.md',
    ],
    [
      'they have not been answered for five minutes',
      { missedSinceMs: NOW_MS - 5 * MINUTE_MS },
      'NotAnswered: pods are added by CPU alone: the autoscaler got no answer to pods/http_requests_in_flight; ' +
        'look at the adapter and what it reads. It is tried every 15 minutes',
    ],
  ])('is CPU alone while %s, which is said', (_what, facts, words) => {
    const { byRequests, reason, message } = decide(facts);
    expect([byRequests, `${reason}: ${message}`]).toEqual([false, words]);
  });

  it('stays as it is while it cannot be asked whether they are served', () => {
    expect(decide({ isServed: undefined })).toMatchObject({ byRequests: true });
    expect(decide({ isServed: undefined, isUsed: false })).toMatchObject({ byRequests: false });
  });

  it('is patient with what was away for a moment, and looks again when patience is at its end', () => {
    const missedSinceMs = NOW_MS - MINUTE_MS;
    expect(decide({ missedSinceMs })).toMatchObject({ byRequests: true, againAtMs: NOW_MS + 4 * MINUTE_MS });
  });

  it('is tried again after a quarter of an hour, and not because of what was missed before', () => {
    const out = { isUsed: false, takenOutAtMs: NOW_MS };
    expect(decide(out, NOW_MS + 14 * MINUTE_MS)).toMatchObject({
      byRequests: false,
      reason: 'NotAnswered',
      againAtMs: NOW_MS + 15 * MINUTE_MS,
    });
    const missedSinceMs = NOW_MS - 10 * MINUTE_MS;
    expect(decide({ ...out, missedSinceMs }, NOW_MS + 15 * MINUTE_MS)).toMatchObject({ byRequests: true });
  });

  it('never keeps a metric that is not answered for longer than five minutes, in any hour', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 240 }), { minLength: 1, maxLength: 60 }), (steps) => {
        // An adapter that serves the metric and answers nobody: the autoscaler says so from the moment it asks.
        let nowMs = NOW_MS;
        let [isUsed, usedSinceMs] = [false, 0];
        let takenOutAtMs: number | undefined;
        for (const seconds of steps) {
          const facts = {
            ...SERVED,
            isUsed,
            ...(isUsed ? { missedSinceMs: usedSinceMs } : {}),
            ...(takenOutAtMs === undefined ? {} : { takenOutAtMs }),
          };
          const { byRequests, reason, againAtMs = Infinity } = decideScaling(facts, nowMs);
          if (byRequests && !isUsed) usedSinceMs = nowMs;
          // As a condition keeps its time while its status stays.
          takenOutAtMs = reason === 'NotAnswered' ? (takenOutAtMs ?? nowMs) : undefined;
          isUsed = byRequests;
          if (isUsed) expect(nowMs - usedSinceMs).toBeLessThan(5 * MINUTE_MS);
          nowMs = Math.min(nowMs + seconds * 1000, againAtMs);
        }
      }),
    );
  });
});
