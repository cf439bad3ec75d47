/** The items of a batch: what each may be, and what is wrong with one that is none. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { SyncItem } from '../../domain/sync.ts';
import { closed, LessonId, Time } from '../../http/schemas.ts';
import { ActivityId, CHECK_IN, Choices, Step, Version } from './shapes.ts';

const at = { ...Time, description: "When it was done, by the device's clock." };
const lesson = { lessonId: LessonId, version: { ...Version, description: 'The version that one had.' } };

const KINDS = {
  progress: closed({ type: Type.Literal('progress'), ...lesson, step: Step, completed: Type.Boolean(), at }),
  'check-in': closed({ type: Type.Literal('check-in'), ...CHECK_IN, at }),
  answer: closed({ type: Type.Literal('answer'), ...lesson, activityId: ActivityId, choices: Choices, at }),
} as const;

export const Item = Type.Union([KINDS.progress, KINDS['check-in'], KINDS.answer]);

const CHECKS = new Map<unknown, { Check: (value: unknown) => boolean; Errors: (value: unknown) => Found[] }>(
  Object.entries(KINDS).map(([kind, schema]) => [kind, Compile(schema)]),
);
interface Found {
  readonly instancePath: string;
  readonly message: string;
}

/** Of an item, no more is told than its first faults. */
export const MOST_FAULTS = 5;

export interface ItemFault {
  /** Within the item, as a JSON Pointer. */
  readonly pointer: string;
  readonly detail: string;
}

export type Judged =
  { readonly item: SyncItem; readonly faults?: never } | { readonly item?: never; readonly faults: ItemFault[] };

/** Pure. @returns the item that something is, or what is wrong with it; nothing of what it says is repeated. */
export function judgeItem(given: unknown): Judged {
  const check = CHECKS.get(wordsOf(given).type);
  if (check === undefined)
    return { faults: [{ pointer: '/type', detail: `must be one of ${Object.keys(KINDS).join(', ')}` }] };
  if (check.Check(given)) return { item: given as SyncItem };
  const faults = check
    .Errors(given)
    .slice(0, MOST_FAULTS)
    .map(({ instancePath, message }) => ({ pointer: instancePath.slice(0, 100), detail: message.slice(0, 200) }));
  return { faults };
}

/** Pure. @returns whether it is a call for help, however wrong the rest of it may be: a child is heard first. */
export function asksForHelp(given: unknown): boolean {
  const { type, needsHelp } = wordsOf(given);
  return type === 'check-in' && needsHelp === true;
}

const wordsOf = (given: unknown): Readonly<Record<string, unknown>> =>
  typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
