import { describe, expect, it } from 'vitest';
import { draftBells } from './bells.ts';
import type { BellsDraft } from './draft.ts';
import { draftOneRoster } from './oneroster.ts';
import { accepted, faultsIn, folderOf, printed } from './testing/accepted.ts';

/** As the standard's CSV binding has them, version 1.1, tables 2.1 and following; in bulk, status and dateLastModified are empty. */
const SESSIONS = `sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear
year,,,2026-2027,schoolYear,2026-08-17,2027-05-28,,2027
fall,,,"Fall, 2026",semester,2026-08-17,2026-12-18,year,2027
q1,,,Quarter 1,gradingPeriod,2026-08-17,2026-10-16,fall,2027
spring,,,Spring 2027,semester,2027-01-04,2027-05-28,year,2027
`;
const ORGS = `sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
d,,,Demo District,district,,
h,,,Höhe High,school,,d
m,,,Middle School,school,,d
`;
const CLASSES = `sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods
a,,,Art,"9,10",co,,scheduled,,h,"q1,spring",,,"1,10"
b,,,Biology,9,co,,scheduled,,h,fall,,,2
c,,,Civics,6,co,,scheduled,,m,year,,,1
`;
const ENROLLMENTS = `sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate
1,,,a,h,s1,student,,,
2,,,a,h,s2,student,,,
3,,,b,h,s1,student,,,
4,,,b,h,t1,teacher,true,,
5,,,c,m,s3,student,,,
`;
const FILES = {
  'academicSessions.csv': SESSIONS,
  'classes.csv': CLASSES,
  'enrollments.csv': ENROLLMENTS,
  'orgs.csv': ORGS,
};

function bells(text: string): readonly BellsDraft[] {
  const found = draftBells('bells.yaml', text);
  if (!found.ok) throw new Error(JSON.stringify(found.faults));
  return found.bells;
}

const BELLS = bells(`regular:
  - {name: "1", startTime: "08:00", endTime: "08:50"}
  - {name: 2, startTime: "08:55", endTime: "09:45"}
short:
  - {name: "1", startTime: "08:00", endTime: "08:30"}
`);

const draft = (files: Partial<Record<keyof typeof FILES | 'manifest.csv', string>> = {}, own = BELLS) =>
  draftOneRoster(folderOf({ ...FILES, ...files }), own);

describe('the import from OneRoster', () => {
  it('makes a calendar of each school: terms of its classes, students of its enrolment, bells of a file', () => {
    const { calendars } = accepted(draft());
    const [fall, spring] = [
      { name: 'Fall, 2026', startDate: '2026-08-17', endDate: '2026-12-18' },
      { name: 'Spring 2027', startDate: '2027-01-04', endDate: '2027-05-28' },
    ];
    const week = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'];
    expect(calendars).toEqual([
      {
        name: 'hohe-high',
        students: 2,
        terms: [fall, spring],
        bellSchedules: [
          {
            name: 'regular',
            days: week,
            periods: [
              { name: '1', startTime: '08:00', endTime: '08:50' },
              { name: '2', startTime: '08:55', endTime: '09:45', students: 1 },
            ],
          },
          { name: 'short', periods: [{ name: '1', startTime: '08:00', endTime: '08:30' }] },
        ],
        calendarDates: [],
      },
      expect.objectContaining({ name: 'middle-school', students: 1, terms: [fall, spring] }),
    ]);
  });

  it('says what the standard has no place for', () => {
    const text = printed(draft());
    expect(text).toContain('# calendarDates are missing: OneRoster has no holidays.');
    expect(text).toContain('# Its classes meet in the periods 10, of which OneRoster has no times.');
    const without = printed(draft({}, []));
    expect(without).toContain('# Its classes meet in the periods 1, 2, 10, of which OneRoster has no times.');
    expect(without).toContain('# bellSchedules are missing: the source has no times of classes;');
    expect(without).toContain('bellSchedules: []');
  });

  it('takes version 1.2, whose files have more columns, in another order, and rows that go', () => {
    const sessions = SESSIONS.replace('sourcedId,status,', 'metadata.district,sourcedId,status,').replaceAll(
      /^(?=\w+,,,)/gm,
      'x,',
    );
    const classes = `${CLASSES}z,tobedeleted,2026-08-01T00:00:00.000Z,Zoology,9,co,,scheduled,,h,gone,,,3\n`;
    expect(accepted(draft({ 'academicSessions.csv': sessions, 'classes.csv': `\uFEFF${classes}` }))).toEqual(
      accepted(draft()),
    );
  });

  it('leaves the number of students to whoever knows it where nobody is enrolled', () => {
    const none = draft({ 'enrollments.csv': ENROLLMENTS.split('\n')[0] ?? '' });
    expect(printed(none)).toContain('# students is missing: the source does not say how many are in class at once.');
    expect(accepted(none, 700).calendars.map(({ students }) => students)).toEqual([700, 700]);
  });

  it.each<[string, Parameters<typeof draft>[0], string[]]>([
    [
      'a date in another form, and one that does not exist',
      {
        'academicSessions.csv': SESSIONS.replace('2026-10-16', '10/16/2026').replace(
          '2027-05-28,year',
          '2027-02-30,year',
        ),
      },
      [
        'export/academicSessions.csv:4: session "Quarter 1" has the date "10/16/2026": write it as 2026-08-17',
        'export/academicSessions.csv:5: session "Spring 2027" has the date "2027-02-30": write it as 2026-08-17',
        'export/classes.csv:2: class "a" names the session "q1", which academicSessions.csv does not hold: export both at once',
        'export/classes.csv:2: class "a" names the session "spring", which academicSessions.csv does not hold: export both at once',
      ],
    ],
    [
      'a session upside down',
      {
        'academicSessions.csv': SESSIONS.replace('2026-08-17,2026-10-16', '2026-10-16,2026-08-17').replace('q1', 'q0'),
      },
      [
        'export/academicSessions.csv:4: session "Quarter 1" ends on 2026-08-17, before it begins on 2026-10-16: exchange them or correct the year',
        'export/classes.csv:2: class "a" names the session "q1", which academicSessions.csv does not hold: export both at once',
      ],
    ],
    [
      'a column that is missing',
      { 'classes.csv': CLASSES.replace('termSourcedIds', 'terms') },
      ['export/classes.csv:1: has no column termSourcedIds: export it with the header of the standard'],
    ],
    [
      'a quotation mark that is not closed',
      { 'classes.csv': CLASSES.replace('"1,10"', '"1,10') },
      [expect.stringMatching(/^export\/classes\.csv:\d: is no CSV: .*: mend the line, or export it anew$/) as string],
    ],
    [
      'a class of no school',
      { 'classes.csv': CLASSES.replace(',,h,fall', ',,,fall') },
      ['export/classes.csv:3: class "b" has no schoolSourcedId: name its school'],
    ],
  ])('tells of %s by file and line', (_what, files, faults) => {
    expect(faultsIn(draft(files))).toEqual(faults);
  });

  it('tells which files are missing', () => {
    expect(faultsIn(draftOneRoster(folderOf({}), []))).toEqual([
      'export/academicSessions.csv: is not there: export it too: it holds the terms',
      'export/classes.csv: is not there: export it too: it says which school has class in which session',
    ]);
  });
});

describe('bell schedules from a file', () => {
  const faults = (text: string): string[] => {
    const found = draftBells('bells.yaml', text);
    return found.ok ? [] : found.faults.map(({ file, line, message }) => `${file}:${line ?? ''}: ${message}`);
  };

  it.each<[string, string, string[]]>([
    ['nothing', '', [expect.stringMatching(/^bells\.yaml:1: holds no bell schedules: /) as string]],
    ['no YAML', 'a: [', [expect.stringMatching(/^bells\.yaml:\d: /) as string]],
    [
      'periods without times, and upside down',
      'regular:\n  - {name: "1"}\n  - {name: "2", startTime: "09:00", endTime: "08:00"}\nshort: none\n',
      [
        'bells.yaml:2: a period needs name, startTime and endTime, times as "08:05" in quotation marks',
        'bells.yaml:3: period "2" ends at 08:00, not after its start at 09:00: exchange them',
        expect.stringMatching(/^bells\.yaml:4: "short" is no list of periods: /) as string,
      ],
    ],
  ])('tells of %s by line', (_what, text, expected) => {
    expect(faults(text)).toEqual(expected);
  });
});
