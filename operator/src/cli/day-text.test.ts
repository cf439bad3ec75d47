import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { checkPlatform } from './documents.ts';
import { dayText, type Drawing } from './day-text.ts';

const EXAMPLE = join(import.meta.dirname, '../../../charts/heroes-district/examples/grand-bend.yaml');
const NOW_MS = Date.parse('2021-11-05T15:20:00Z');
const PLAIN = { columns: 80, rich: false, colour: false };

function example(): HeroesPlatform {
  const checked = checkPlatform(parse(readFileSync(EXAMPLE, 'utf8')));
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults));
  return checked.platform;
}

const draw = (options: Partial<Drawing & { date: string; nowMs: number }> = {}, platform = example()) =>
  dayText(platform, { ...PLAIN, nowMs: NOW_MS, ...options });

describe('kubectl heroes schedule NAME', () => {
  it('draws bells, floor and now, plainly where there is no terminal', async () => {
    await expect(draw().output).toMatchFileSnapshot('testdata/day-plain.txt');
  });

  it('draws with more signs on a terminal, as wide as it is', async () => {
    await expect(draw({ rich: true, columns: 120 }).output).toMatchFileSnapshot('testdata/day-rich.txt');
  });

  it.each([20, 48, 80, 133, 400])(
    'keeps its picture within %i columns, or the fewest that show anything',
    (columns) => {
      const { output } = draw({ columns });
      const picture = output.split('\n\n')[1]?.split('\n') ?? [];
      expect(Math.max(...picture.map(({ length }) => length))).toBeLessThanOrEqual(Math.max(columns, 48));
      expect(picture.filter((line) => line.includes('#'))).toHaveLength(3);
    },
  );

  it('colours nothing but signs', () => {
    const [plain, coloured] = [draw({ rich: true }), draw({ rich: true, colour: true })];
    expect(coloured.output).not.toBe(plain.output);
    expect(stripVTControlCharacters(coloured.output)).toBe(plain.output);
  });

  it('says why nobody is in class, and draws no now on another day', () => {
    const { output } = draw({ date: '2021-11-06' });
    expect(output).toContain('grand-bend-high-school: nobody is in class, no bell schedule names Saturday');
    expect(output).not.toContain('#');
    expect(output).not.toContain('^ now');
    expect(draw({ date: '2022-07-05' }).output).toContain('grand-bend-high-school: nobody is in class, no term');
  });

  it('says what the operator says once that has seen the spec', () => {
    const { metadata, ...rest } = example();
    const schedule = { state: 'InClass', floor: 9, reason: '9 by hand' } as const;
    const status = { observedGeneration: 4, schedule, api: { replicas: 9, readyReplicas: 8 } };
    const seen = { ...rest, metadata: { ...metadata, generation: 4 }, status };
    expect(draw({}, seen).output).toContain('\nInClass, floor 9: 9 by hand\n');
    expect(draw({}, seen).output).toContain('\nAPI pods: 8 of 9 ready\n');
    const unseen = { ...seen, metadata: { ...metadata, generation: 5 } };
    expect(draw({}, unseen).output).toContain('\nInClass, floor 6: 1930 students: ');
  });

  describe('says of a floor by hand when it lapses, and not when a class ends before that', () => {
    const byHand = (status?: HeroesPlatform['status']): HeroesPlatform => {
      const platform = example();
      const { schedule, api, ...spec } = platform.spec;
      if (schedule === undefined) throw new Error('the example has a schedule');
      const prescale = { replicas: 6, until: '2021-11-05T22:30:00Z', reason: 'evening' };
      return {
        ...platform,
        metadata: { ...platform.metadata, generation: 4 },
        spec: { ...spec, api, schedule: { ...schedule, prescale } },
        ...(status === undefined ? {} : { status }),
      };
    };
    const told = { state: 'InClass', floor: 6, reason: '6 by hand' } as const;
    const nextOf = (platform: HeroesPlatform, nowMs = NOW_MS) =>
      draw({ nowMs }, platform)
        .output.split('\n')
        .find((line) => line.startsWith('next: '));

    it('before the operator has seen the spec', () => {
      expect(nextOf(byHand())).toBe('next: floor 3 at Fri 2021-11-05 17:30-05:00, in 7 h 10 min');
      expect(nextOf(byHand({ observedGeneration: 3, schedule: told }))).toContain('17:30-05:00');
    });

    it('in the words of the operator, while they are of what is to come', () => {
      const schedule = { ...told, nextTransitionTime: '2021-11-05T22:29:00Z', nextFloor: 4 };
      const seen = byHand({ observedGeneration: 4, schedule });
      expect(nextOf(seen)).toBe('next: floor 4 at Fri 2021-11-05 17:29-05:00, in 7 h 9 min');
      expect(nextOf(seen, Date.parse('2021-11-05T22:29:30Z'))).toContain('next: floor 3 at Fri 2021-11-05 17:30-05:00');
    });
  });

  it('says that the floor which stands is kept while somebody is in class', () => {
    const shortlyBefore = Date.parse('2021-11-05T16:54:00Z');
    const { metadata, ...rest } = example();
    const schedule = { state: 'InClass', floor: 6, reason: 'class' } as const;
    const seen = { ...rest, metadata: { ...metadata, generation: 4 }, status: { observedGeneration: 4, schedule } };
    expect(draw({ nowMs: shortlyBefore }, seen).output).toContain('\nnext: floor 3 at Fri 2021-11-05 12:15-05:00, ');
  });

  it('draws many calendars as one', () => {
    const platform = example();
    const { schedule } = platform.spec;
    const [first] = schedule?.calendars ?? [];
    if (schedule === undefined || first === undefined) throw new Error('the example has a schedule');
    const calendars = Array.from({ length: 13 }, (_, index) => ({ ...first, name: `school-${index}` }));
    const { output } = draw({}, { ...platform, spec: { ...platform.spec, schedule: { ...schedule, calendars } } });
    const rows = output.split('\n').filter((line) => line.includes('###'));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatch(/^13 calendars /);
  });

  it('refuses a date that is none', () => {
    expect(draw({ date: 'today' })).toMatchObject({
      exitCode: 1,
      complaint: '--date: "today" is no date: write it as 2026-12-02',
    });
  });
});
