import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { draftEdFi } from './ed-fi.ts';
import { accepted, faultsIn, folderOf, printed } from './testing/accepted.ts';

const SAMPLE = join(import.meta.dirname, '../../../../e2e/cases/ed-fi');

const sample = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(SAMPLE)
      .filter((name) => name.endsWith('.xml'))
      .map((name) => [name, readFileSync(join(SAMPLE, name), 'utf8')]),
  );

const interchange = (kind: string, elements: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Interchange${kind} xmlns="http://ed-fi.org/5.2.0">\n${elements}</Interchange${kind}>\n`;

const school = (id: string): string =>
  `<SchoolReference><SchoolIdentity><SchoolId>${id}</SchoolId></SchoolIdentity></SchoolReference>`;

const PERIOD = `<ClassPeriod id="P1">${school('1')}<ClassPeriodName>1</ClassPeriodName>
<MeetingTime><StartTime>08:00:00</StartTime><EndTime>08:50:00</EndTime></MeetingTime></ClassPeriod>\n`;
const SESSION = `<Session><SessionName>Fall</SessionName><BeginDate>2026-08-17</BeginDate><EndDate>2026-12-18</EndDate>${school('1')}</Session>\n`;
const BELLS = `<BellSchedule><BellScheduleName>Normal</BellScheduleName>${school('1')}<ClassPeriodReference ref="P1"/></BellSchedule>\n`;

interface Parts {
  readonly organization?: string;
  readonly calendar?: string;
  readonly schedule?: string;
}

/** A district of one school, and what is given in place of its parts. */
const draft = ({ organization = PERIOD, calendar = SESSION, schedule = BELLS }: Parts = {}) =>
  draftEdFi(
    folderOf({
      'org.xml': interchange(
        'EducationOrganization',
        `<School id="S1"><NameOfInstitution>Elm &amp; Oak</NameOfInstitution><SchoolId>1</SchoolId></School>\n${organization}`,
      ),
      'calendar.xml': interchange('EducationOrgCalendar', calendar),
      'schedule.xml': interchange('MasterSchedule', schedule),
      'students.xml': interchange('StudentEnrollment', '<broken'),
    }),
  );

const dateOf = (date: string, event: string, more = ''): string =>
  `<CalendarDate><Date>${date}</Date><CalendarEvent>uri://ed-fi.org/CalendarEventDescriptor#${event}</CalendarEvent>${more}<CalendarReference ref="C1"/></CalendarDate>\n`;
const CALENDAR = `<Calendar id="C1">${school('1')}</Calendar>\n`;

describe('the import from Ed-Fi', () => {
  it('makes a calendar of each school of the sample data, as the example district has them', () => {
    const { calendars } = accepted(draftEdFi(folderOf(sample())));
    expect(calendars.map(({ name, students, terms }) => [name, students, terms.length])).toEqual([
      ['grand-bend-high-school', 720, 2],
      ['grand-bend-middle-school', 612, 2],
      ['grand-bend-elementary-school', 598, 2],
    ]);
    expect(calendars[2]?.calendarDates).toEqual([
      { date: '2021-08-23', event: 'InstructionalDay' },
      { date: '2021-12-17', event: 'InstructionalDay' },
    ]);
  });

  it('says what it took for what', () => {
    const text = printed(draftEdFi(folderOf(sample())));
    expect(text).toContain('# 720 students are the seats of its 15 rooms: the export holds no enrolment.');
    expect(text).toContain(
      '# Bell schedule "Normal Schedule" is taken for Monday to Friday: the export names no weekdays.',
    );
  });

  it('follows references by identity and by ref, into whatever file they are in', () => {
    expect(
      accepted(draft({ calendar: `${SESSION}${CALENDAR}${dateOf('2026-11-26', 'Holiday')}` }), 500).calendars,
    ).toEqual([
      {
        name: 'elm-oak',
        students: 500,
        terms: [{ name: 'Fall', startDate: '2026-08-17', endDate: '2026-12-18' }],
        bellSchedules: [
          {
            name: 'normal',
            days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'],
            periods: [{ name: '1', startTime: '08:00', endTime: '08:50' }],
          },
        ],
        calendarDates: [{ date: '2026-11-26', event: 'Holiday' }],
      },
    ]);
  });

  it('maps every event of the standard, and leaves out what says nothing of class', () => {
    const events = [
      ['2026-09-01', 'Emergency day'],
      ['2026-09-02', 'Make-up day'],
      ['2026-09-03', 'Non-instructional day'],
      ['2026-09-04', 'Strike'],
      ['2026-09-07', 'Student late arrival/early dismissal'],
      ['2026-09-08', 'Teacher only day'],
      ['2026-09-09', 'Weather day'],
      ['2026-09-10', 'Other'],
    ].map(([date = '', event = '']) => dateOf(date, event));
    const drafted = draft({ calendar: `${SESSION}${CALENDAR}${events.join('')}` });
    expect(accepted(drafted, 1).calendars[0]?.calendarDates.map(({ event }) => event)).toEqual([
      'EmergencyDay',
      'MakeUpDay',
      'NonInstructionalDay',
      'Strike',
      'EarlyDismissal',
      'TeacherOnlyDay',
      'WeatherDay',
    ]);
    expect(printed(drafted)).toContain('# Not mapped, as they say nothing of class: 2026-09-10 (Other).');
    expect(printed(drafted)).toContain(
      "# On the weekday's bells, since the source names no others: 2026-09-07 (EarlyDismissal).",
    );
  });

  it('lets a date stand open where two calendars of a school differ, and says so', () => {
    const calendar = `${SESSION}${CALENDAR}${dateOf('2026-09-08', 'Holiday')}${dateOf('2026-09-08', 'Instructional day')}`;
    expect(accepted(draft({ calendar }), 1).calendars[0]?.calendarDates).toEqual([
      { date: '2026-09-08', event: 'InstructionalDay' },
    ]);
    expect(printed(draft({ calendar }))).toContain(
      '# Left out, since 2026-09-08 is InstructionalDay: 2026-09-08 (Holiday).',
    );
  });

  it('gives a bell schedule with dates to these dates', () => {
    const assembly = BELLS.replace('Normal', 'Assembly').replace(
      '</BellSchedule>',
      '<Date>2026-10-01</Date></BellSchedule>',
    );
    expect(accepted(draft({ schedule: `${assembly}${BELLS}` }), 1).calendars[0]).toMatchObject({
      bellSchedules: [{ name: 'assembly' }, { name: 'normal', days: { length: 5 } }],
      calendarDates: [{ date: '2026-10-01', event: 'InstructionalDay', bellSchedule: 'assembly' }],
    });
  });

  it('cuts what overlaps, so that as much is covered', () => {
    const lunch = PERIOD.replaceAll('P1', 'P2')
      .replace('>1</ClassPeriodName>', '>1B</ClassPeriodName>')
      .replace('08:00', '08:40')
      .replace('08:50', '09:20');
    const schedule = BELLS.replace('</BellSchedule>', '<ClassPeriodReference ref="P2"/></BellSchedule>');
    const calendar = `${SESSION}${SESSION.replace('Fall', 'Quarter 1').replace('12-18', '10-16')}`;
    const drafted = draft({ organization: `${PERIOD}${lunch}`, schedule, calendar });
    expect(accepted(drafted, 1).calendars[0]).toMatchObject({
      terms: [{ name: 'Fall' }],
      bellSchedules: [{ periods: [{ endTime: '08:50' }, { name: '1B', startTime: '08:50', endTime: '09:20' }] }],
    });
    expect(printed(drafted)).toContain('# Period "1B" of "Normal" overlaps "1": it begins at 08:50.');
    expect(printed(drafted)).toContain('# Term "Quarter 1" lies in "Fall" and is left out.');
  });

  it('leaves out dates outside all terms, and says so', () => {
    const drafted = draft({ calendar: `${SESSION}${CALENDAR}${dateOf('2026-12-25', 'Holiday')}` });
    expect(accepted(drafted, 1).calendars[0]?.calendarDates).toEqual([]);
    expect(printed(drafted)).toContain('# Left out, outside all terms: 2026-12-25 (Holiday).');
  });

  it('keeps words of the export out of the YAML', () => {
    const session = SESSION.replace('Fall', 'Fall\n- name: intruder #');
    const bells = BELLS.replace('Normal', 'Normal\nkind: Secret');
    const text = printed(draft({ calendar: session, schedule: bells }));
    expect(text.split('\n').filter((line) => /^\s*(- name: intruder|kind:)/.test(line))).toEqual([]);
    expect(accepted(draft({ calendar: session, schedule: bells }), 1).calendars).toHaveLength(1);
  });

  it.each<[string, Parts, string[]]>([
    [
      'XML that is not well-formed',
      { calendar: '<Session>\n<SessionName>Fall</Session>\n' },
      [expect.stringMatching(/^export\/calendar\.xml:4: is no XML: unexpected close tag: export it anew$/) as string],
    ],
    [
      'a date that does not exist',
      { calendar: SESSION.replace('2026-12-18', '2026-12-32') },
      ['export/calendar.xml:3: Session "Fall" has the date "2026-12-32": write it as 2026-08-17'],
    ],
    [
      'a session upside down',
      { calendar: `\n${SESSION.replace('2026-12-18', '2025-12-18')}` },
      [
        'export/calendar.xml:4: Session "Fall" ends on 2025-12-18, before it begins on 2026-08-17: exchange them or correct the year',
      ],
    ],
    [
      'a period that no file holds, and times upside down',
      {
        organization: PERIOD.replace('08:50:00', '07:50:00'),
        schedule: BELLS.replace(
          '<ClassPeriodReference ref="P1"/>',
          '<ClassPeriodReference ref="P1"/>\n<ClassPeriodReference ref="P9"/>',
        ),
      },
      [
        'export/org.xml:5: ClassPeriod "1" ends at 07:50, not after its start at 08:00: exchange them',
        'export/schedule.xml:4: BellSchedule "Normal" names the ClassPeriod "P9", which the export does not hold: export EducationOrganization with it',
      ],
    ],
    [
      'a date without its day',
      { calendar: `${SESSION}${CALENDAR}${dateOf('2026-11', 'Holiday')}` },
      ['export/calendar.xml:5: CalendarDate has the date "2026-11": write it as 2026-11-26'],
    ],
  ])('tells of %s by file and line', (_what, parts, faults) => {
    expect(faultsIn(draft(parts))).toEqual(faults);
  });

  it('tells which interchange is missing', () => {
    const { 'MasterSchedule.xml': _, ...others } = sample();
    expect(faultsIn(draftEdFi(folderOf(others)))).toEqual([
      'export: holds no InterchangeMasterSchedule: export it into this folder, as MasterSchedule.xml',
    ]);
  });
});
