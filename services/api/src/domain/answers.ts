/** Answers to a lesson's activities: choices by their place in the list, never words. */

/** As a lesson has it (migrations/src/curriculum/content.ts). */
export interface Activity {
  readonly id: string;
  readonly kind: 'one' | 'many' | 'scale';
  readonly choices: readonly unknown[];
}

export interface AnswerGiven {
  readonly version: number;
  /** Places in the activity's list of choices, from 0, in rising order. */
  readonly choices: readonly number[];
  readonly answeredAtMs: number;
}

/** @returns the choices in rising order, or undefined when the activity does not take them. */
export function choicesTaken({ kind, choices: offered }: Activity, given: readonly number[]): number[] | undefined {
  const choices = [...new Set(given)].sort((a, b) => a - b);
  const isTaken = kind === 'many' ? choices.length === given.length : given.length === 1;
  return isTaken && choices.every((each) => each < offered.length) ? choices : undefined;
}

/**
 * @returns the one that counts: the later; of two at once the one that is greater by version and choices, so that it does not
 * depend on which arrives first. features/students/answer-writes.ts says the same in SQL.
 */
export function laterAnswer(one: AnswerGiven, other: AnswerGiven): AnswerGiven {
  const order =
    one.answeredAtMs - other.answeredAtMs || one.version - other.version || compare(one.choices, other.choices);
  return order >= 0 ? one : other;
}

/** As PostgreSQL compares arrays: element by element, then by length. */
function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((each, index) => each !== other[index]);
  const next = at < 0 ? undefined : other[at];
  if (at < 0 || next === undefined) return one.length - other.length;
  return (one[at] ?? 0) - next;
}
