/**
 * A district's calendar, in the terms of the Ed-Fi data standard (Session, CalendarDate, BellSchedule, ClassPeriod), so
 * that a student information system's export maps onto it field by field.
 */
import { Type, type Static } from 'typebox';
import { dnsLabel, instant, listByKey, localDate, localTime, minutes, rules } from './primitives.ts';

export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** Events that close a date: nobody is in class. */
export const CLOSING_EVENTS = [
  'Holiday',
  'TeacherOnlyDay',
  'WeatherDay',
  'EmergencyDay',
  'Strike',
  'NonInstructionalDay',
] as const;

/** Events that open a date, on the bell schedule they name or on the weekday's. */
export const OPENING_EVENTS = ['InstructionalDay', 'MakeUpDay', 'LateArrival', 'EarlyDismissal'] as const;

const students = { minimum: 0, maximum: 1_000_000 };

const Period = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 60,
      description: 'Name of the class period, unique in its bell schedule.',
    }),
    startTime: localTime({ description: 'Local time at which the bell rings for it, HH:MM.' }),
    endTime: localTime({ description: 'Local time at which it ends, HH:MM; later than startTime.' }),
    students: Type.Optional(
      Type.Integer({
        ...students,
        description: "Students in class during this period; the calendar's number unless given.",
      }),
    ),
  },
  {
    description: 'One class period.',
    ...rules({
      rule: 'self.startTime < self.endTime',
      message: 'endTime must be later than startTime: split a period that crosses midnight into two days',
    }),
  },
);

const BellSchedule = Type.Object(
  {
    name: dnsLabel({ description: 'Name by which a calendar date refers to it, unique in its calendar.' }),
    days: Type.Optional(
      Type.Array(Type.Enum(WEEKDAYS, { type: 'string', maxLength: 9 }), {
        maxItems: 7,
        'x-kubernetes-list-type': 'set',
        description: 'Weekdays on which it is in force when no calendar date says otherwise; none by default.',
      }),
    ),
    periods: Type.Array(Period, { minItems: 1, ...listByKey('name', 30), description: 'Its class periods.' }),
  },
  { description: 'The bells of one kind of day.' },
);

const CalendarDate = Type.Object(
  {
    date: localDate({ description: 'The local date, ISO 8601.' }),
    event: Type.Enum([...CLOSING_EVENTS, ...OPENING_EVENTS], {
      type: 'string',
      maxLength: 19,
      description:
        'What the date is. Holiday, TeacherOnlyDay, WeatherDay, EmergencyDay, Strike and NonInstructionalDay close it.',
    }),
    bellSchedule: Type.Optional(
      dnsLabel({
        description:
          "Bell schedule in force on the date; the weekday's unless given. It must be defined in this calendar.",
      }),
    ),
  },
  { description: 'A date that differs from its weekday.' },
);

const Term = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 60,
      description: 'Name of the term (Ed-Fi: Session), unique in its calendar.',
    }),
    startDate: localDate({ description: 'First local date, inclusive.' }),
    endDate: localDate({ description: 'Last local date, inclusive.' }),
  },
  {
    description: 'A span of dates in which there is class.',
    ...rules({
      rule: 'self.startDate <= self.endDate',
      message: 'endDate must not be before startDate: exchange them or correct the year',
    }),
  },
);

const Calendar = Type.Object(
  {
    name: dnsLabel({ description: "The school's name, unique in the district." }),
    students: Type.Integer({ ...students, description: 'Students in class at once, unless a period says otherwise.' }),
    terms: Type.Array(Term, { minItems: 1, ...listByKey('name', 12), description: 'When there is class.' }),
    bellSchedules: Type.Array(BellSchedule, {
      minItems: 1,
      ...listByKey('name', 20),
      description: 'Its kinds of day.',
    }),
    calendarDates: Type.Array(CalendarDate, {
      default: [],
      ...listByKey('date', 400),
      description: 'Dates that differ from their weekday, each once; none by default.',
    }),
  },
  {
    description: 'The calendar of one school.',
    ...rules(
      {
        rule: 'self.terms.all(a, a.startDate > a.endDate || self.terms.exists_one(b, a.startDate <= b.startDate && b.startDate <= a.endDate))',
        message: 'terms must not overlap: a date lies in one term, so move an end or join them',
      },
      {
        rule: `[${WEEKDAYS.map((day) => `'${day}'`).join(', ')}].all(day, self.bellSchedules.filter(b, has(b.days) && day in b.days).size() <= 1)`,
        message: 'bellSchedules must not name a weekday twice: leave it in one of them',
      },
      {
        rule: 'self.calendarDates.all(d, self.terms.exists(t, t.startDate <= d.date && d.date <= t.endDate))',
        message:
          'calendarDates must have each date in a term: remove those outside, correct the year, or extend a term',
      },
      {
        rule: 'self.calendarDates.all(d, !has(d.bellSchedule) || d.bellSchedule in self.bellSchedules.map(b, b.name))',
        message:
          'calendarDates must name a bell schedule of their calendar: define it in bellSchedules, or correct the name',
      },
    ),
  },
);

const Prescale = Type.Object(
  {
    replicas: Type.Integer({
      minimum: 1,
      maximum: 100,
      description: "Fewest API pods until then, where the calendar's floor is not higher; at most api.replicas.max.",
    }),
    until: instant({ description: 'When it lapses, RFC 3339, for example 2026-11-24T15:00:00Z.' }),
    reason: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '\\S',
      description: 'Why, for whoever reads the status and the events.',
    }),
  },
  {
    description:
      'A floor that somebody asked for by hand (kubectl heroes prescale). It lapses by itself, and says nothing from then on; none by default.',
  },
);

/** `spec.schedule`. */
export const Schedule = Type.Object(
  {
    studentsPerReplica: Type.Integer({
      minimum: 1,
      maximum: 100_000,
      default: 400,
      description: 'Capacity of one API replica, in students in class. Default 400.',
    }),
    leadTime: minutes({ default: '10m', description: 'Capacity stands this long before the bell. Default 10m.' }),
    holdAfter: minutes({ default: '5m', description: 'Capacity is kept this long after a period. Default 5m.' }),
    mergeGapsUnder: minutes({
      default: '20m',
      description: 'Shorter gaps between periods of a day are bridged. Default 20m.',
    }),
    idleReplicas: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        description: 'Floor while nobody is in class. Default api.replicas.min.',
      }),
    ),
    calendars: Type.Array(Calendar, { minItems: 1, ...listByKey('name', 64), description: 'One calendar a school.' }),
    prescale: Type.Optional(Prescale),
  },
  {
    description:
      "When students are in class. It sets the floor of the API's autoscaler; without it the floor is api.replicas.min.",
  },
);

export type Schedule = Static<typeof Schedule>;
export type Prescale = Static<typeof Prescale>;
export type Calendar = Static<typeof Calendar>;
export type BellSchedule = Static<typeof BellSchedule>;
