import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createPlatformMetrics } from './metrics.ts';
import { platformWith } from './platform/testing/platforms.ts';

const KEY = { namespace: 'district', name: 'grand-bend' };
const MADE = '2026-11-01T00:00:00Z';
const seconds = (time: string): number => Date.parse(time) / 1000;

/** By name: the value of the platform's series, undefined where there is none. */
async function observed(...jobs: Parameters<ReturnType<typeof createPlatformMetrics>['observeJobs']>[1][]) {
  const registry = new Registry();
  const metrics = createPlatformMetrics(registry);
  for (const each of jobs) metrics.observeJobs(KEY, each, MADE);
  const all = await registry.getMetricsAsJSON();
  return Object.fromEntries(all.map(({ name, values }) => [name, values[0]?.value]));
}

describe('what is measured of the jobs of a platform', () => {
  it('is since when nothing was deleted, from the beginning on', async () => {
    expect(await observed({})).toMatchObject({
      retention_last_success_timestamp_seconds: seconds(MADE),
      retention_failed: 0,
      audit_conflict: 0,
    });
    // An audit that is empty has no end to be kept.
    expect((await observed({})).audit_anchored_timestamp_seconds).toBeUndefined();
  });

  it('is what its status says, and no longer what it said before', async () => {
    const time = '2026-11-25T03:00:00Z';
    const audit = { sequence: 3, hash: 'a'.repeat(64), anchoredTime: time };
    const bad = { retention: { lastSuccessTime: time, lastError: 'it broke' }, audit: { ...audit, conflict: 'other' } };
    expect(await observed(bad)).toMatchObject({
      retention_last_success_timestamp_seconds: seconds(time),
      retention_failed: 1,
      audit_anchored_timestamp_seconds: seconds(time),
      audit_conflict: 1,
    });
    expect(await observed(bad, { retention: { lastSuccessTime: time }, audit })).toMatchObject({
      retention_failed: 0,
      audit_conflict: 0,
    });
  });

  it('is forgotten with the platform', async () => {
    const registry = new Registry();
    const metrics = createPlatformMetrics(registry);
    metrics.observeJobs(KEY, {}, MADE);
    metrics.observeBells(platformWith({}, KEY), { floor: 3, readyPods: 3 });
    metrics.forget(KEY);
    expect(await registry.metrics()).not.toContain('="district"');
  });
});
