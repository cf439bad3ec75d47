/** Pure: what school calendars call their days, in the words that they use for them. */
import type { Event } from './draft.ts';

/** The first that fits counts: "Teacher workday, no school" is a teacher's day. */
const EVENTS: readonly (readonly [Event, RegExp])[] = [
  ['MakeUpDay', /\bmake[- ]?up\b/i],
  ['EarlyDismissal', /\bearly[- ](release|dismissal|out)|\bhalf[- ]day|\bminimum day|\bnoon dismissal/i],
  ['LateArrival', /\blate[- ](start|arrival)|\bdelayed (opening|start)|\b(one|two|three)[- ]hour delay/i],
  ['WeatherDay', /\bsnow day|\bweather|\bice day/i],
  ['EmergencyDay', /\bemergency|\bcalamity/i],
  ['Strike', /\bstrike\b/i],
  [
    'TeacherOnlyDay',
    /\bteachers?\b|\bstaff\b|\bprofessional (day|development|learning)|\bin-?service|\bwork ?day|\bconference/i,
  ],
  ['Holiday', /\bholiday|\bno (school|class)|\bbreak\b|\brecess\b|\bvacation|\bclosed\b|\bday off\b/i],
  [
    'Holiday',
    /\b(labou?r|columbus|indigenous peoples'?|veterans'?|presidents'?|memorial|martin luther king,? ?(jr\.?)?'?s?|mlk|independence|thanksgiving|christmas|new year'?s?|juneteenth|boxing|good friday|easter)\b/i,
  ],
];

/** Words that a school day's event may hold that say nothing of class. */
const NOTHING = /\b(first|last) day\b|\bend of\b|\bresumes?\b|\bbegins?\b|\bstarts?\b/i;

/** @returns what an event of whole days is, by its words and categories; undefined when they say nothing of class. */
export function eventOf(summary: string, categories: readonly string[] = []): Event | undefined {
  const found = EVENTS.find(([, words]) => words.test(summary))?.[0];
  if (found !== undefined && !(found === 'Holiday' && NOTHING.test(summary))) return found;
  return categories.some((category) => /^(holiday|no school)s?$/i.test(category.trim())) ? 'Holiday' : undefined;
}

export const isFirstDay = (summary: string): boolean =>
  /\bfirst day of (school|class(es)?|term|semester|instruction)\b|\b(school|classes|term|semester) (begins?|starts?)\b/i.test(
    summary,
  );

export const isLastDay = (summary: string): boolean =>
  /\blast day of (school|class(es)?|term|semester|instruction)\b|\b(school|classes|term|semester) ends?\b/i.test(
    summary,
  );

/** Of an event that spans weeks. */
export const isTerm = (summary: string): boolean => /\b(term|semester|trimester|quarter|school year)\b/i.test(summary);

/** Of an event that is held once. */
export const isClass = (summary: string): boolean =>
  /\b(period|block|class|lesson|homeroom|advisory|bell)\b/i.test(summary);
