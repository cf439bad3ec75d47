import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { dayText } from './day-text.ts';
import { listFile, listPlatform, type ListingOptions } from './listing.ts';

const EXAMPLE = readFileSync(
  join(import.meta.dirname, '../../../charts/heroes-district/examples/grand-bend.yaml'),
  'utf8',
);
const NOW_MS = Date.parse('2021-11-05T18:00:00Z');

const list = (text: string, options: Partial<ListingOptions> = {}) =>
  listFile(text, { from: '2021-11-05', to: '2021-11-09', output: 'text', ...options }, NOW_MS);

/** The example, changed. */
function changed(change: (platform: { metadata: { name: string }; spec: Record<string, never> }) => void): string {
  const platform = parse(EXAMPLE) as { metadata: { name: string }; spec: Record<string, never> };
  change(platform);
  return stringify(platform);
}

interface Listed {
  readonly intervals: readonly { start: string; end: string; floor: number; reason: string }[];
}

describe('kubectl heroes schedule -f', () => {
  it('lists intervals that adjoin, cover and differ, in UTC, and nothing else', () => {
    const { exitCode, output, complaint } = list(EXAMPLE, {
      from: '2021-11-05T00:00:00Z',
      to: '2021-11-09T12:30:00.5Z',
      output: 'json',
    });
    // Its terms are of 2021, and its maximum is that of a small machine.
    expect([exitCode, complaint]).toEqual([0, expect.stringMatching(/^warning: /)]);
    const { intervals, ...rest } = JSON.parse(output) as Listed;
    expect(rest).toEqual({});
    expect(intervals[0]?.start).toBe('2021-11-05T00:00:00Z');
    expect(intervals.at(-1)?.end).toBe('2021-11-09T12:30:00.5Z');
    for (const [index, { end, floor, reason, ...more }] of intervals.entries()) {
      expect(Object.keys(more)).toEqual(['start']);
      expect(reason).not.toBe('');
      const next = intervals[index + 1];
      if (next !== undefined) expect([next.start, next.floor === floor]).toEqual([end, false]);
    }
  });

  it('takes dates and times of the district, and shows them, over a change of the clock', () => {
    const { output } = list(EXAMPLE, { from: '2021-11-05', to: '2021-11-09T00:00' });
    const lines = output.split('\n');
    expect(lines[0]).toBe('FROM                        TO                          FLOOR  WHY');
    expect(lines.filter((line) => line.startsWith('Fri 2021-11-05 08:05-05:00'))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('Mon 2021-11-08 08:05-06:00'))).toHaveLength(1);
    expect(lines.at(-2)).toMatch(
      /^Mon 2021-11-08 1\d:\d\d-06:00 {2}Tue 2021-11-09 00:00-06:00 {2}3 {6}nobody is in class$/,
    );
  });

  it('lists the week from today on unless it is told otherwise', () => {
    const { output } = listFile(EXAMPLE, { output: 'json' }, NOW_MS);
    const { intervals } = JSON.parse(output) as Listed;
    expect([intervals[0]?.start, intervals.at(-1)?.end]).toEqual(['2021-11-05T05:00:00Z', '2021-11-12T06:00:00Z']);
  });

  it('warns beside the list when the calendar asks for more than may be', () => {
    const text = changed(({ spec }) => {
      Object.assign(spec, { api: { replicas: { min: 3, max: 5 } } });
    });
    const { exitCode, output, complaint } = list(text, { output: 'json' });
    expect(exitCode).toBe(0);
    expect((JSON.parse(output) as Listed).intervals.length).toBeGreaterThan(3);
    expect(complaint).toMatch(
      /^warning: api\.replicas\.max 5 is below what the calendar asks for: \d+ for \d+ students at 2021-11-05T/,
    );
  });

  it('tells everything that is wrong with a file, a line each', () => {
    const text = changed(({ spec }) => {
      Object.assign(spec, { district: { displayName: 'Grand Bend ISD', timeZone: 'America/Grand_Bend' } });
      Object.assign(spec, { api: { replicas: { min: 9, max: 2 } } });
      const { calendars } = (spec as unknown as { schedule: { calendars: Record<string, object[]>[] } }).schedule;
      Object.assign(calendars[0]?.terms?.[0] ?? {}, { startDate: '2022-08-23' });
      Object.assign(calendars[1]?.bellSchedules?.[0] ?? {}, {
        periods: ['1', '2'].map((name) => ({ name, startTime: '08:00', endTime: '09:00' })),
      });
      calendars[2]?.calendarDates?.push({ date: '2021-12-25', event: 'Holiday' });
    });
    const { exitCode, output, complaint } = list(text);
    expect([exitCode, output]).toEqual([1, '']);
    expect(complaint.split('\n').map((line) => line.split(': ')[0])).toEqual([
      'spec.api.replicas',
      'spec.district.timeZone',
      'spec.schedule.calendars[0].terms[0]',
      'spec.schedule.calendars[1].bellSchedules[0].periods[1]',
      'spec.schedule.calendars[2].calendarDates[2]',
    ]);
  });

  it.each<[string, string, Partial<ListingOptions>, string]>([
    ['no platform', 'kind: Pod', {}, 'document: holds no HeroesPlatform: write one'],
    ['a time that is none', EXAMPLE, { from: 'tomorrow' }, '--from: "tomorrow" is no time: give one with its zone'],
    ['a day that does not exist', EXAMPLE, { to: '2021-11-31' }, '--to: "2021-11-31" is no time'],
    ['a range upside down', EXAMPLE, { to: '2021-11-01' }, '--to: 2021-11-01T05:00:00Z is not after --from'],
    ['more than anybody plans', EXAMPLE, { to: '2099-01-01' }, '--to: is more than 10 years after --from'],
    ['several platforms', `${EXAMPLE}---\n${EXAMPLE}`, {}, 'document: holds 2 of kind HeroesPlatform: name one of'],
    ['another name', EXAMPLE, { name: 'other' }, 'document: holds no HeroesPlatform "other": name one of grand-bend'],
  ])('ends with 1 and one line for %s', (_what, text, options, words) => {
    const { exitCode, output, complaint } = list(text, options);
    expect([exitCode, output]).toEqual([1, '']);
    expect(complaint).toContain(words);
    expect(complaint).not.toContain('\n');
  });

  it('takes the one that is named of several', () => {
    const other = changed(({ metadata }) => {
      metadata.name = 'other';
    });
    expect(list(`${EXAMPLE}---\n${other}`, { name: 'other' }).exitCode).toBe(0);
  });
});

describe('kubectl heroes schedule NAME, of a platform that admission took and the operator refuses', () => {
  const overlapping = changed(({ spec }) => {
    const { calendars } = (spec as unknown as { schedule: { calendars: Record<string, object[]>[] } }).schedule;
    Object.assign(calendars[1]?.bellSchedules?.[0] ?? {}, {
      periods: ['1', '2'].map((name) => ({ name, startTime: '08:00', endTime: '09:00' })),
    });
  });
  const nowhere = changed(({ spec }) => {
    Object.assign(spec, { district: { displayName: 'Grand Bend ISD', timeZone: 'America/Grand_Bend' } });
  });
  const commands: [string, (platform: HeroesPlatform) => ReturnType<typeof listPlatform>][] = [
    ['the list', (platform) => listPlatform(platform, { from: '2021-11-05', output: 'text' }, NOW_MS)],
    ['the list as JSON', (platform) => listPlatform(platform, { output: 'json' }, NOW_MS)],
    ['the day', (platform) => dayText(platform, { columns: 80, rich: false, colour: false, nowMs: NOW_MS })],
  ];

  it.each(commands)('%s ends as that of a file does', (_what, run) => {
    for (const [text, path] of [
      [overlapping, 'spec.schedule.calendars[1].bellSchedules[0].periods[1]: '],
      [nowhere, 'spec.district.timeZone: "America/Grand_Bend" is not a time zone: '],
    ] as const) {
      const result = run(parse(text) as HeroesPlatform);
      expect(result).toEqual(list(text));
      expect(result).toMatchObject({ exitCode: 1, output: '' });
      expect(result.complaint).toContain(path);
    }
  });
});
