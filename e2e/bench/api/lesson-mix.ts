/** Pure but for chance: what children and teachers ask for in a lesson, and how often. */
import { randomUUID } from 'node:crypto';
import { FEELINGS } from '@heroes/api/domain/feelings.ts';
import type { Asked } from './hammer.ts';
import type { Scene } from './scene.ts';

/**
 * Of a hundred requests. Each child reads the lesson now and then, asks which step is taught (the clients that hold no stream), says
 * how far it is, says how it feels once or twice; the teacher moves the class on, and looks at how far it is.
 */
export const SHARES = {
  lesson: 22,
  step: 22,
  'move on': 2,
  progress: 34,
  'check-in': 10,
  join: 6,
  analytics: 4,
} as const;
export type Name = keyof typeof SHARES;
type Shares = Readonly<Partial<Record<Name, number>>>;

/** As the bell rings: children come in, read the lesson, and say how far they are. Joins are those of 1,800 a minute at 200 requests a second. */
export const BELL_SHARES = { join: 15, lesson: 40, progress: 45 } as const satisfies Shares;

/** What a request asked to be kept, and an answer said that it is. */
export type Written =
  | { readonly what: 'check-in'; readonly id: string }
  | { readonly what: 'progress'; readonly enrolmentId: string; readonly lessonId: string; readonly step: number }
  | { readonly what: 'enrolment'; readonly id: string };

export interface Call {
  readonly name: Name;
  readonly asked: Asked;
  /** Of a write: what a good answer says. */
  readonly written?: (answer: string) => Written;
}

type Random = () => number;

/** @returns the calls of a lesson, one after the other. */
export function lessonCalls(scene: Scene, random: Random = Math.random): () => Call {
  const makers = makersOf(scene, random);
  return () => makers[drawn(random())]();
}

/** @returns the calls of a bell, one after the other. */
export function bellCalls(scene: Scene, random: Random = Math.random): () => Call {
  const { lesson, ...others } = makersOf(scene, random);
  const asStudent = (): Call => {
    const call = lesson();
    const { token = '' } = scene.students[Math.floor(random() * scene.students.length)] ?? {};
    // Everybody may read a lesson; a client that has a token sends it all the same.
    return { ...call, asked: { ...call.asked, token } };
  };
  const makers = { ...others, lesson: asStudent };
  return () => makers[drawn(random(), BELL_SHARES)]();
}

/** @returns calls that join one class after the other. */
export const joinCalls = (scene: Scene): (() => Call) => makersOf(scene, () => 0).join;

/** @returns calls of which each kind comes in turn: somebody joins, reads the lesson, and says how far it is. */
export function inTurnCalls(scene: Scene, random: Random = Math.random): () => Call {
  const { join, lesson, progress } = makersOf(scene, random);
  const inTurn = [join, lesson, progress] as const;
  let turn = 0;
  return () => (inTurn[turn++ % inTurn.length] ?? join)();
}

/** Pure. @param random - 0 ≤ random < 1. @returns which call it is. */
export function drawn(random: number, shares: Shares = SHARES): Name {
  const total = Object.values(shares).reduce((sum, share) => sum + share, 0);
  let left = random * total;
  for (const [name, share] of Object.entries(shares)) if ((left -= share) < 0) return name as Name;
  return 'lesson';
}

/** A check-in in so many asks for help. */
const HELP = 50;

function makersOf({ lessons, students, classes, codes }: Scene, random: Random): Readonly<Record<Name, () => Call>> {
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const steps = new Map<string, number>();
  let joins = 0;
  return {
    lesson: () => ({ name: 'lesson', asked: { method: 'GET', path: `/v1/lessons/${one(lessons).id}` } }),
    step: () => {
      const { classroomId, token } = one(students);
      return { name: 'step', asked: { method: 'GET', path: `/v1/classrooms/${classroomId}/live`, token } };
    },
    'move on': () => {
      const { id, token } = one(classes);
      const step = Math.floor(random() * (lessons[0]?.steps ?? 1));
      return { name: 'move on', asked: { method: 'PATCH', path: `/v1/classrooms/${id}/live`, token, body: { step } } };
    },
    progress: () => {
      const { enrolmentId, token } = one(students);
      const lessonId = lessons[0]?.id ?? '';
      // More than there are steps is taken as all of them; so each write changes something for as long as can be.
      const step = Math.min(50, (steps.get(enrolmentId) ?? 0) + 1);
      steps.set(enrolmentId, step);
      return {
        name: 'progress',
        asked: { method: 'PUT', path: `/v1/me/progress/${lessonId}`, token, body: { step } },
        written: () => ({ what: 'progress', enrolmentId, lessonId, step }),
      };
    },
    'check-in': () => {
      const id = randomUUID();
      const needsHelp = random() < 1 / HELP;
      const intensity = 1 + Math.floor(random() * 5);
      return {
        name: 'check-in',
        asked: {
          method: 'POST',
          path: '/v1/me/check-ins',
          token: one(students).token,
          body: { id, feeling: one(FEELINGS), intensity, needsHelp },
        },
        written: () => ({ what: 'check-in', id }),
      };
    },
    join: () => ({
      name: 'join',
      asked: { method: 'POST', path: '/v1/join', key: randomUUID(), body: { code: codes[joins++ % codes.length] } },
      written: (answer) => ({ what: 'enrolment', id: subjectIn(answer) }),
    }),
    analytics: () => {
      const { id, token } = one(classes);
      return { name: 'analytics', asked: { method: 'GET', path: `/v1/classrooms/${id}/analytics`, token } };
    },
  };
}

/** Whom the token of an answer is for. */
function subjectIn(answer: string): string {
  const { token } = JSON.parse(answer) as { readonly token: string };
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(claims) as { readonly sub: string }).sub;
}
