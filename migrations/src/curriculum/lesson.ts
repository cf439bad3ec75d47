/** A lesson of the curriculum that comes with a release. */
import type { LessonContent } from './content.ts';

export interface Lesson {
  /** Part of URLs and of students' progress: never changed. */
  readonly id: string;
  /** Others are drafts that a district may finish. */
  readonly published: boolean;
  readonly content: LessonContent;
}
