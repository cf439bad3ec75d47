/**
 * What a device sends after being offline, made into what is written: the times by our clock, what was done twice once, and of
 * each item whether it can be taken. Deciding is all that happens here; the same batch always comes to the same.
 */
import { choicesTaken, laterAnswer, type Activity, type AnswerGiven } from './answers.ts';
import { mergeProgress, type Progress } from './progress.ts';

interface Done {
  /** By the device's clock. */
  readonly at: string;
}

export interface ProgressItem extends Done {
  readonly type: 'progress';
  readonly lessonId: string;
  readonly version: number;
  readonly step: number;
  readonly completed: boolean;
}

export interface CheckInItem extends Done {
  readonly type: 'check-in';
  /** Drawn by the device, so that what is sent again is known. */
  readonly id: string;
  readonly feeling: string;
  readonly intensity: number;
  readonly needsHelp: boolean;
}

export interface AnswerItem extends Done {
  readonly type: 'answer';
  readonly lessonId: string;
  readonly version: number;
  readonly activityId: string;
  readonly choices: readonly number[];
}

export type SyncItem = ProgressItem | CheckInItem | AnswerItem;

export const ITEM_REFUSALS = {
  time: 'There is no such time.',
  lesson: 'There is no such version of this lesson that students work with.',
  activity: 'The lesson has no such activity.',
  choices: 'The activity does not take these choices.',
  id: 'The id is taken by another check-in. Draw a new one.',
} as const;
export type ItemRefusal = keyof typeof ITEM_REFUSALS;

export interface DeviceClock {
  /** When the batch was sent, by the device's clock. */
  readonly sentAtMs: number;
  /** When it came, by ours. */
  readonly receivedAtMs: number;
  /** Before it the student was not in the class. */
  readonly joinedAtMs: number;
}

export interface Plan {
  readonly progress: readonly (Progress & { readonly lessonId: string })[];
  readonly checkIns: readonly (Omit<CheckInItem, 'type' | 'at'> & { readonly feltAtMs: number })[];
  readonly answers: readonly (AnswerGiven & { readonly lessonId: string; readonly activityId: string })[];
  /** By item; undefined where it is taken. */
  readonly refusals: readonly (ItemRefusal | undefined)[];
}

/** The activities of the versions of lessons that students work with, by {@link lessonKey}. */
export type Catalogue = ReadonlyMap<string, readonly Activity[]>;

export const lessonKey = (lessonId: string, version: number): string => `${lessonId}@${version}`;

/**
 * @returns a time of the device by our clock: as long before the arrival as it was before the sending. A clock that has jumped
 * meanwhile brings nothing from the future, and nothing from before the student was there.
 */
export const correctedMs = (at: string, { sentAtMs, receivedAtMs, joinedAtMs }: DeviceClock): number =>
  Math.max(joinedAtMs, Math.min(receivedAtMs, Date.parse(at) + receivedAtMs - sentAtMs));

/** @returns what is to be written, each of its lists in one order whatever the batch's, so that two batches never deadlock. */
export function planSync(items: readonly SyncItem[], catalogue: Catalogue, clock: DeviceClock): Plan {
  const progress = new Map<string, Plan['progress'][number]>();
  const checkIns = new Map<string, Plan['checkIns'][number]>();
  const answers = new Map<string, Plan['answers'][number]>();
  const putProgress = putInto(progress, mergeLessons);
  const putAnswer = putInto(answers, laterOf);
  const take = (item: SyncItem): ItemRefusal | undefined => {
    const atMs = correctedMs(item.at, clock);
    if (item.type === 'check-in') {
      const { id, feeling, intensity, needsHelp } = item;
      // Whatever the time is that it names: it may be a call for help.
      const feltAtMs = Number.isNaN(atMs) ? clock.receivedAtMs : atMs;
      const known = checkIns.get(id) ?? { id, feeling, intensity, needsHelp, feltAtMs };
      checkIns.set(id, known);
      return isSameCheckIn(known, item) ? undefined : 'id';
    }
    // A leap second is a time that is well written and that JavaScript does not know.
    if (Number.isNaN(atMs)) return 'time';
    const activities = catalogue.get(lessonKey(item.lessonId, item.version));
    if (activities === undefined) return 'lesson';
    if (item.type === 'progress') {
      putProgress(item.lessonId, progressOf(item, atMs));
      return undefined;
    }
    const answer = answerOf(item, activities, atMs);
    if (typeof answer === 'string') return answer;
    putAnswer(`${item.lessonId} ${item.activityId}`, answer);
    return undefined;
  };
  const refusals = items.map(take);
  return { progress: sorted(progress), checkIns: sorted(checkIns), answers: sorted(answers), refusals };
}

type CheckIn = Pick<CheckInItem, 'feeling' | 'intensity' | 'needsHelp'>;

/** @returns whether two check-ins of one id are one: the time does not matter, since a device's clock may have moved. */
export const isSameCheckIn = (one: CheckIn, other: CheckIn): boolean =>
  one.feeling === other.feeling && one.intensity === other.intensity && one.needsHelp === other.needsHelp;

const progressOf = ({ lessonId, version, step, completed }: ProgressItem, atMs: number): Plan['progress'][number] => ({
  lessonId,
  version,
  step,
  startedAtMs: atMs,
  completedAtMs: completed ? atMs : null,
});

function answerOf(
  { lessonId, activityId, version, choices }: AnswerItem,
  activities: readonly Activity[],
  atMs: number,
): Plan['answers'][number] | ItemRefusal {
  const activity = activities.find(({ id }) => id === activityId);
  if (activity === undefined) return 'activity';
  const taken = choicesTaken(activity, choices);
  return taken === undefined ? 'choices' : { lessonId, activityId, version, choices: taken, answeredAtMs: atMs };
}

type Of<Key extends 'progress' | 'answers'> = Plan[Key][number];
const mergeLessons = (one: Of<'progress'>, other: Of<'progress'>): Of<'progress'> => ({
  lessonId: one.lessonId,
  ...mergeProgress(one, other),
});
const laterOf = (one: Of<'answers'>, other: Of<'answers'>): Of<'answers'> => ({ ...one, ...laterAnswer(one, other) });

/** Puts values into a map, merged with what is known under their key. */
const putInto =
  <T>(known: Map<string, T>, merge: (one: T, other: T) => T) =>
  (key: string, value: T): void => {
    const before = known.get(key);
    known.set(key, before === undefined ? value : merge(before, value));
  };

const sorted = <T>(by: ReadonlyMap<string, T>): T[] =>
  [...by.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value);
