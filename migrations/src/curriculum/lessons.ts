/** The curriculum, in the order in which it is taught. Written for this project; licensed as the rest of it. */
import type { Lesson } from './lesson.ts';
import { WHAT_A_HERO_DOES } from './lessons/what-a-hero-does.ts';
import { BULLYING_OR_CONFLICT } from './lessons/bullying-or-conflict.ts';
import { FOUR_KINDS_OF_HURT } from './lessons/four-kinds-of-hurt.ts';
import { THE_INSIDE_WEATHER } from './lessons/the-inside-weather.ts';
import { EVERYONE_IN_THE_PICTURE } from './lessons/everyone-in-the-picture.ts';
import { CALM_CLEAR_AND_AWAY } from './lessons/calm-clear-and-away.ts';
import { TELLING_IS_NOT_TATTLING } from './lessons/telling-is-not-tattling.ts';
import { SMALL_MOVES_OF_UPSTANDERS } from './lessons/small-moves-of-upstanders.ts';
import { BEHIND_THE_SCREEN } from './lessons/behind-the-screen.ts';
import { DIFFERENT_IS_NOT_LESS } from './lessons/different-is-not-less.ts';
import { MAKING_IT_RIGHT } from './lessons/making-it-right.ts';
import { OUR_SCHOOL_OUR_PROMISE } from './lessons/our-school-our-promise.ts';
import { WHEN_A_FRIEND_BULLIES } from './lessons/when-a-friend-bullies.ts';

export const CURRICULUM: readonly Lesson[] = [
  WHAT_A_HERO_DOES,
  BULLYING_OR_CONFLICT,
  FOUR_KINDS_OF_HURT,
  THE_INSIDE_WEATHER,
  EVERYONE_IN_THE_PICTURE,
  CALM_CLEAR_AND_AWAY,
  TELLING_IS_NOT_TATTLING,
  SMALL_MOVES_OF_UPSTANDERS,
  BEHIND_THE_SCREEN,
  DIFFERENT_IS_NOT_LESS,
  MAKING_IT_RIGHT,
  OUR_SCHOOL_OUR_PROMISE,
  WHEN_A_FRIEND_BULLIES,
];
