import { describe, expect, it } from 'vitest';
import { parsePlatform } from '@heroes/crds/validate.ts';
import { segments } from '@heroes/operator/features/schedule/floor.ts';
import { bellAfter, classesOf, morningZone, scheduleOf } from './school-day.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MIDNIGHT = Date.parse('2026-11-30T00:00:00Z');

it('is always between nine and ten in the morning somewhere', () => {
  for (let hour = 0; hour < 24; hour += 1) {
    const ms = MIDNIGHT + hour * HOUR + 59 * MINUTE;
    const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(morningZone(ms));
    expect([hour, local.hour]).toEqual([hour, 9]);
  }
});

it('rings on the minute, and not too early', () => {
  expect(bellAfter(MIDNIGHT, 3 * MINUTE)).toBe(MIDNIGHT + 3 * MINUTE);
  expect(bellAfter(MIDNIGHT + 1, 3 * MINUTE)).toBe(MIDNIGHT + 4 * MINUTE);
  expect(bellAfter(MIDNIGHT + 1, 3 * MINUTE, 5)).toBe(MIDNIGHT + 5 * MINUTE);
});

describe('scheduleOf', () => {
  const nowMs = MIDNIGHT + 13 * HOUR + 20 * MINUTE;
  const timeZone = morningZone(nowMs);
  const firstMs = bellAfter(nowMs, 3 * MINUTE);
  const periods = classesOf({ firstMs, count: 3, minutes: 2, changeMinutes: 1 });
  const schedule = scheduleOf({ timeZone, students: 1600, studentsPerReplica: 400, leadMinutes: 2, periods });
  const spec = {
    district: { displayName: 'Bench', timeZone },
    release: { version: '0.3.0' },
    api: { replicas: { min: 1, max: 6 } },
    schedule,
  };
  const platform = {
    apiVersion: 'heroesinwaiting.com/v1alpha1',
    kind: 'HeroesPlatform',
    metadata: { name: 'bench' },
    spec,
  };

  it('asks for its floor from the lead time to the end of the last class, and at no other time', () => {
    const parsed = parsePlatform(platform);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    const floors = segments(parsed.platform.spec, nowMs - 24 * HOUR, nowMs + 24 * HOUR);
    const standing = floors.filter(({ floor }) => floor > 1);
    expect(standing.map(({ floor }) => floor)).toEqual(standing.map(() => 4));
    expect([standing[0]?.startMs, standing.at(-1)?.endMs]).toEqual([
      firstMs - 2 * MINUTE,
      firstMs + (3 * 3 - 1) * MINUTE,
    ]);
    const lasts = standing.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    expect(lasts).toBe((2 + 3 * 3 - 1) * MINUTE);
  });
});
