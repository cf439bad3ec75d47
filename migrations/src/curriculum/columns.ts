/** What the table of lessons says of a lesson beside its versions: the release before versions reads nothing else. */
import { minutesOf, type LessonContent } from './content.ts';

/** @returns the columns, as of the version that is published. */
export const columnsOf = (content: LessonContent) => ({
  title: content.title,
  summary: content.summary,
  grade_levels: content.gradeLevels,
  duration_minutes: minutesOf(content),
  objectives: JSON.stringify(content.objectives),
  steps: JSON.stringify(content.steps),
});
