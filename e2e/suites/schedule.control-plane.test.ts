/** The commands that change a platform's schedule, against a real API server: what they write, in whose name, and whose edits they leave. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { $ } from 'zx';
import { kubectl } from '../cluster/kubectl.ts';
import { ROOT } from '../cluster/layout.ts';
import { startControlPlane, type ControlPlane } from '../control-plane/control-plane.ts';

const NS = 'scheduled';

const regular = {
  name: 'regular',
  days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'],
  periods: [{ name: '1', startTime: '08:00', endTime: '09:00' }],
};
const short = { name: 'short', periods: [{ name: '1', startTime: '08:00', endTime: '08:30' }] };
const school = (name: string, extra: object = {}) => ({
  name,
  students: 900,
  terms: [{ name: 'fall', startDate: '2026-08-17', endDate: '2026-12-18' }],
  bellSchedules: [regular, short],
  ...extra,
});

const platform = (schedule: object, name = 'small') => ({
  apiVersion: 'heroesinwaiting.com/v1alpha1',
  kind: 'HeroesPlatform',
  metadata: { name, namespace: NS },
  spec: { district: { displayName: 'Small', timeZone: 'America/Chicago' }, release: { version: '0.3.0' }, schedule },
});

interface Stored {
  readonly metadata: { readonly managedFields: { manager: string; operation: string; fieldsV1: object }[] };
  readonly spec: {
    readonly schedule: {
      readonly calendars: { readonly name: string; readonly calendarDates: object[] }[];
      readonly prescale?: { readonly replicas: number; readonly until: string; readonly reason: string };
    };
  };
}

let controlPlane: ControlPlane;

const kube = async (args: readonly string[], input?: string): Promise<string> =>
  kubectl(controlPlane.cluster, args, input);

/** As a GitOps tool does that applies on the server's side. */
const apply = async (object: object): Promise<string> =>
  kube(['apply', '--server-side', '--field-manager=gitops', '-f', '-'], JSON.stringify(object));

const stored = async (name = 'small'): Promise<Stored> =>
  JSON.parse(await kube(['get', 'hp', name, '-n', NS, '-o', 'json', '--show-managed-fields'])) as Stored;

const dates = async (calendar: number): Promise<object[]> =>
  (await stored()).spec.schedule.calendars[calendar]?.calendarDates ?? [];

beforeAll(async () => {
  controlPlane = await startControlPlane({ name: 'schedule', portBase: 27_140, nodes: 1, volumes: 1 });
  // No operator runs, so that what is stored is what was written.
  await kube(['create', 'namespace', NS]);
  await apply(
    platform({
      calendars: [
        school('high', {
          calendarDates: [
            { date: '2026-11-26', event: 'Holiday' },
            { date: '2026-12-02', event: 'EarlyDismissal', bellSchedule: 'short' },
          ],
        }),
        school('middle'),
      ],
    }),
  );
});

afterAll(async () => {
  await controlPlane.stop();
});

interface Said {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function heroes(...args: readonly string[]): Promise<Said> {
  const command = [join(ROOT, 'operator/src/cli/kubectl-heroes.ts'), ...args, '-n', NS];
  const env = { ...process.env, KUBECONFIG: controlPlane.kubeconfig, NO_COLOR: '1' };
  return $({ env, nothrow: true, quiet: true })`node ${command}`;
}

const close = async (...args: readonly string[]): Promise<Said> => heroes('schedule', 'close', 'small', ...args);

describe('what the API server refuses of a calendar', () => {
  it.each<[string, object, string]>([
    [
      'terms that overlap',
      { terms: [...school('x').terms, { name: 'spring', startDate: '2026-12-18', endDate: '2027-05-28' }] },
      'terms must not overlap',
    ],
    [
      'a weekday of two bell schedules',
      { bellSchedules: [regular, { ...short, days: ['Friday'] }] },
      'bellSchedules must not name a weekday twice',
    ],
    [
      'a date outside all terms',
      { calendarDates: [{ date: '2026-12-25', event: 'Holiday' }] },
      'calendarDates must have each date in a term',
    ],
    [
      'bells that are not defined',
      { calendarDates: [{ date: '2026-11-24', event: 'LateArrival', bellSchedule: 'late' }] },
      'must name a bell schedule of their calendar',
    ],
    [
      'a date that is given twice',
      { calendarDates: ['Holiday', 'Strike'].map((event) => ({ date: '2026-11-24', event })) },
      'Duplicate value',
    ],
    [
      'a term upside down',
      { terms: [{ name: 'fall', startDate: '2026-12-18', endDate: '2026-08-17' }] },
      'endDate must not be before startDate',
    ],
    [
      'a period upside down',
      { bellSchedules: [{ ...regular, periods: [{ name: '1', startTime: '09:00', endTime: '08:00' }] }] },
      'endTime must be later than startTime',
    ],
  ])('is %s', async (_what, parts, words) => {
    const object = platform({ calendars: [school('x', parts)] }, 'wrong');
    const create = kube(['create', '--dry-run=server', '-f', '-'], JSON.stringify(object));
    await expect(create).rejects.toThrow(words);
  });

  it('is not a district of 64 schools', async () => {
    const calendars = Array.from({ length: 64 }, (_, index) => school(`school-${index}`));
    await kube(['create', '--dry-run=server', '-f', '-'], JSON.stringify(platform({ calendars }, 'large')));
  });
});

describe('kubectl heroes schedule close', () => {
  it('closes a date everywhere, in its own name, and of the spec only that', async () => {
    const { exitCode, stdout, stderr } = await close('--date', '2026-11-24', '--event', 'WeatherDay');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toBe(
      'high: 2026-11-24 is closed (WeatherDay), instead of regular\nmiddle: 2026-11-24 is closed (WeatherDay), instead of regular\n',
    );
    expect(await dates(0)).toContainEqual({ date: '2026-11-24', event: 'WeatherDay' });
    const { managedFields } = (await stored()).metadata;
    const own = managedFields.find(({ manager }) => manager === 'kubectl-heroes');
    expect(own?.operation).toBe('Update');
    const owned = (name: string) => ({
      [`k:{"name":"${name}"}`]: {
        'f:calendarDates': { 'k:{"date":"2026-11-24"}': { '.': {}, 'f:date': {}, 'f:event': {} } },
      },
    });
    expect(own?.fieldsV1).toEqual({
      'f:spec': { 'f:schedule': { 'f:calendars': { ...owned('high'), ...owned('middle') } } },
    });
  });

  it('says when all is closed already, and writes nothing', async () => {
    const before = await stored();
    const { exitCode, stdout } = await close('--date', '2026-11-24', '--event', 'EmergencyDay', '--calendar', 'high');
    expect([exitCode, stdout]).toEqual([0, 'high: 2026-11-24 is closed already (WeatherDay)\n']);
    expect(await stored()).toEqual(before);
  });

  it('takes the place of an entry that opens the date', async () => {
    const { stdout } = await close('--date', '2026-12-02', '--event', 'Strike', '--calendar', 'high');
    expect(stdout).toBe('high: 2026-12-02 is closed (Strike), instead of short (EarlyDismissal)\n');
    expect(await dates(0)).toContainEqual({ date: '2026-12-02', event: 'Strike' });
  });

  it('loses no edit of others that are made at the same time', async () => {
    const all = ['2026-09-08', '2026-09-09', '2026-09-10', '2026-09-11'];
    const edit = [
      {
        op: 'add',
        path: '/spec/schedule/calendars/1/calendarDates/0',
        value: { date: '2026-10-12', event: 'Holiday' },
      },
    ];
    const closed = all.map(async (date) => close('--date', date, '--event', 'EmergencyDay'));
    await kube(['patch', 'hp', 'small', '-n', NS, '--type=json', '-p', JSON.stringify(edit)]);
    for (const { exitCode, stderr } of await Promise.all(closed)) expect([exitCode, stderr]).toEqual([0, '']);
    const seen = JSON.stringify(await dates(1));
    for (const date of [...all, '2026-10-12', '2026-11-24']) expect(seen).toContain(date);
  });

  it('stays when a GitOps tool applies what it knows, on the server’s side', async () => {
    await apply(platform({ calendars: [school('high'), school('middle')] }));
    const seen = JSON.stringify(await dates(1));
    expect(seen).toContain('2026-11-24');
    // What the tool itself had declared goes with its declaration.
    expect(JSON.stringify(await dates(0))).not.toContain('2026-11-26');
  });

  it.each<[string, string[], string]>([
    [
      'a date outside all terms',
      ['--date', '2026-12-24', '--event', 'WeatherDay'],
      'is outside all terms of all 2 calendars',
    ],
    ['an event that closes nothing', ['--date', '2026-11-24', '--event', 'MakeUpDay'], 'Allowed choices are Holiday'],
    [
      'a calendar that is not there',
      ['--date', '2026-11-24', '--event', 'Strike', '--calendar', 'low'],
      'name one of high, middle',
    ],
  ])('refuses %s with its remedy', async (_what, args, words) => {
    const { exitCode, stdout, stderr } = await close(...args);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain(words);
  });
});

describe('kubectl heroes prescale', () => {
  it('asks for a floor until its end, in its own name', async () => {
    const startMs = Date.now();
    const args = ['--replicas', '8', '--for', '45m', '--reason', 'state tests'];
    const { exitCode, stdout, stderr } = await heroes('prescale', 'small', ...args);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^scheduled\/small: at least 8 API pods until .*, for 45 min: state tests\n$/);
    const { metadata, spec } = await stored();
    expect(spec.schedule.prescale).toMatchObject({ replicas: 8, reason: 'state tests' });
    const heldMs = Date.parse(spec.schedule.prescale?.until ?? '') - startMs;
    expect(heldMs).toBeGreaterThan(44 * 60_000);
    expect(heldMs).toBeLessThan(47 * 60_000);
    const own = metadata.managedFields.filter(({ manager }) => manager === 'kubectl-heroes');
    expect(JSON.stringify(own)).toContain('f:prescale');
  });

  it('stays when a GitOps tool applies what it knows, on the server’s side', async () => {
    await apply(platform({ calendars: [school('high'), school('middle')] }));
    expect((await stored()).spec.schedule.prescale).toMatchObject({ replicas: 8 });
  });

  it('ends it, and says when there is none', async () => {
    expect((await heroes('prescale', 'small', '--for', '0')).stdout).toContain('is ended (8 until ');
    expect((await stored()).spec.schedule.prescale).toBeUndefined();
    expect((await heroes('prescale', 'small', '--clear')).stdout).toContain('nothing to end');
  });

  it.each<[string, string[], string]>([
    ['more than may be', ['--replicas', '13', '--for', '45m', '--reason', 'x'], 'is more than api.replicas.max 12'],
    ['no reason', ['--replicas', '8', '--for', '45m'], '--reason: missing'],
  ])('refuses %s with its remedy, and writes nothing', async (_what, args, words) => {
    const before = await stored();
    const { exitCode, stderr } = await heroes('prescale', 'small', ...args);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(words)]);
    expect(await stored()).toEqual(before);
  });
});

describe('kubectl heroes schedule NAME', () => {
  it('draws the day of the cluster’s platform, plainly where there is no terminal', async () => {
    const { exitCode, stdout } = await heroes('schedule', 'small', '--date', '2026-11-23');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('high: regular, 900 students, bells 08:00-09:00');
    expect(stdout).toMatch(/\nhigh {3}\.+-+#+\.+\n/);
    const closed = await heroes('schedule', 'small', '--date', '2026-11-24');
    expect(closed.stdout).toContain('middle: nobody is in class, WeatherDay');
  });

  it('lists its floor over a range, for machines too', async () => {
    const range = ['--from', '2026-11-23', '--to', '2026-11-25', '-o', 'json'];
    const { stdout } = await heroes('schedule', 'small', ...range);
    const { intervals } = JSON.parse(stdout) as { intervals: { start: string; floor: number }[] };
    expect(intervals[0]?.start).toBe('2026-11-23T06:00:00Z');
  });

  it('names the remedy for a platform that is not there', async () => {
    expect((await heroes('schedule', 'absent')).stderr).toContain('kubectl get hp -A lists them');
  });
});
