/** What keeps a lesson from being taught: what the schema lets a draft leave out, and what can only be seen of the whole. */
import { minutesOf, type LessonContent, type LessonMedia } from './content.ts';

export interface LessonFault {
  /** Where, as a JSON Pointer into the lesson. */
  readonly pointer: string;
  /** What is wrong, and what to do. */
  readonly detail: string;
}

/** A class period, and the longest double period. */
const LEAST_MINUTES = 5;
const MOST_MINUTES = 120;

type Check = (content: LessonContent) => readonly LessonFault[];

/** Pure. @returns why a lesson cannot be published; empty when it can. */
export const publishingFaults = (content: LessonContent): LessonFault[] => CHECKS.flatMap((check) => check(content));

const fault = (pointer: string, detail: string): LessonFault => ({ pointer, detail });
const when = (wrong: boolean, pointer: string, detail: string): LessonFault[] =>
  wrong ? [fault(pointer, detail)] : [];

const CHECKS: readonly Check[] = [
  ({ summary }) => when(summary.trim() === '', '/summary', 'is empty: say what the lesson is about'),
  ({ gradeLevels }) => when(gradeLevels.length === 0, '/gradeLevels', 'is empty: name the grades that it is for'),
  ({ categories }) => when(categories.length === 0, '/categories', 'is empty: name what it is about'),
  ({ objectives }) => when(objectives.length === 0, '/objectives', 'is empty: say what students can do afterwards'),
  ({ steps }) => when(steps.length === 0, '/steps', 'is empty: a lesson has at least one step'),
  (content) => lengthFaults(minutesOf(content)),
  ({ accessibility }) =>
    when(accessibility.accessModes.length === 0, '/accessibility/accessModes', 'is empty: say how it is taught'),
  ({ accessibility }) =>
    when(
      accessibility.adaptations.length === 0,
      '/accessibility/adaptations',
      'is empty: say how everybody takes part',
    ),
  ({ sensitive, crisisResources }) =>
    when(sensitive && crisisResources.length === 0, '/crisisResources', 'is empty, and the lesson is sensitive'),
  ({ activities, steps }) => outsideFaults('activities', activities, steps.length),
  ({ media, steps }) => outsideFaults('media', media, steps.length),
  ({ activities }) => repeatedFaults('activities', activities),
  ({ media }) => repeatedFaults('media', media),
  ({ media, language }) => media.flatMap((each, index) => mediaFaults(each, `/media/${index}`, language)),
];

function lengthFaults(minutes: number): LessonFault[] {
  const detail = `take ${minutes} minutes in all: a lesson takes ${LEAST_MINUTES} to ${MOST_MINUTES}`;
  // Without steps there is nothing to say of their length.
  return when(minutes > 0 && (minutes < LEAST_MINUTES || minutes > MOST_MINUTES), '/steps', detail);
}

function outsideFaults(list: string, items: readonly { readonly step: number }[], steps: number): LessonFault[] {
  return items.flatMap(({ step }, index) =>
    when(step >= steps, `/${list}/${index}/step`, `is ${step}, and the lesson has ${steps} steps, counted from 0`),
  );
}

function repeatedFaults(list: string, items: readonly { readonly id: string }[]): LessonFault[] {
  return items.flatMap(({ id }, index) =>
    when(
      items.findIndex((each) => each.id === id) < index,
      `/${list}/${index}/id`,
      `is another's too: give it one of its own`,
    ),
  );
}

/** By WCAG 2.2: 1.1.1 asks for text alternatives, 1.2.1 for transcripts of sound, 1.2.2 and 1.2.3 for captions and transcripts. */
function mediaFaults(
  { mediaType, alt, captions, transcript }: LessonMedia,
  at: string,
  language: string,
): LessonFault[] {
  const isHeard = /^(audio|video)\//.test(mediaType);
  const isCaptioned = captions.some((each) => each.language === language);
  return [
    ...when(alt.trim() === '', `${at}/alt`, 'is empty: say in words what it shows or says'),
    ...when(isHeard && transcript.trim() === '', `${at}/transcript`, 'is empty: sound and video need one'),
    ...when(
      mediaType.startsWith('video/') && !isCaptioned,
      `${at}/captions`,
      `have none in the lesson's language, ${language}`,
    ),
  ];
}
