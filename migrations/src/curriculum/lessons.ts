/** The curriculum, in the order in which it is taught. Written for this project; licensed as the rest of it. */
import type { Lesson } from './lesson.ts';
import { RECOGNISING } from './recognising.ts';
import { RESPONDING } from './responding.ts';
import { CHANGING } from './changing.ts';

export const CURRICULUM: readonly Lesson[] = [...RECOGNISING, ...RESPONDING, ...CHANGING];
