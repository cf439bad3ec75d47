/** Which lessons are looked for. */

export interface LessonQuery {
  readonly grade?: number;
  readonly category?: string;
  /** A language, or a language of a region or script: `es` finds es-MX, and es-MX does not find es (RFC 4647, 3.3.1). */
  readonly language?: string;
}

interface Findable {
  readonly gradeLevels: readonly number[];
  readonly categories: readonly string[];
  readonly language: string;
}

/** @returns whether a lesson is among those that are looked for. */
export const isFound = (lesson: Findable, { grade, category, language }: LessonQuery): boolean =>
  (grade === undefined || lesson.gradeLevels.includes(grade)) &&
  (category === undefined || lesson.categories.includes(category)) &&
  (language === undefined || lesson.language === language || lesson.language.startsWith(`${language}-`));
