/** What a lesson of the curriculum is made of. */

export interface Step {
  readonly title: string;
  /** How long it takes in class. */
  readonly minutes: number;
  /** What the facilitator does, in plain words. */
  readonly instructions: string;
}

export interface Lesson {
  /** Part of URLs and of students' progress: never changed. */
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly gradeLevels: readonly number[];
  readonly objectives: readonly string[];
  readonly steps: readonly Step[];
  readonly published: boolean;
}
