/** Joining a class: a code in, an alias and a token out. Codes travel in bodies, so that no log and no proxy keeps them. */
import { Type } from 'typebox';
import type { Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Context } from '../../context.ts';
import { afterCommit, setActor } from '../../data/transaction.ts';
import { normalCode, normalReturnCode, shownCode } from '../../domain/codes.ts';
import { openTo, refusal, REFUSALS } from '../../domain/enrolment.ts';
import { Problem } from '../../http/problems.ts';
import { route, type Declaration } from '../../http/route.ts';
import { ClassCode, closed, GradeLevel, Uuid } from '../../http/schemas.ts';
import type { Attempt } from '../../limits/join-guard.ts';
import { classOf, comeBack, enrol, type Enrolment, type OpenedClass } from './admission.ts';
import { returnCodeHash } from './return-codes.ts';

const DOOR = {
  tag: 'Students',
  method: 'POST',
  access: 'public',
  retention: 'StudentSession',
  rate: 'join',
  priority: 'essential',
} as const satisfies Partial<Declaration>;

const NO_CLASS = 'No class has this code. Look at it again, or ask your teacher.';

export const previewJoin = route(
  {
    ...DOOR,
    path: '/v1/join/preview',
    summary: 'See whether a class can be joined with a code; nothing is told of anybody in it',
    data: 'Classroom',
    schemas: { body: closed({ code: ClassCode }) },
    prepare: async ({ body, address }, { joinGuard }) => {
      const attempt = attemptOf({ ...body, address });
      await joinGuard.admit(attempt);
      return attempt;
    },
    answers: {
      200: {
        description: 'The class.',
        schema: closed({
          gradeLevel: GradeLevel,
          language: Type.String({ description: 'What the class is taught in (BCP 47).' }),
          openTo: Type.Enum(['everyone', 'returning', 'nobody'], {
            type: 'string',
            description: 'Who may come in now; returning means with a return code.',
          }),
        }),
      },
      404: { description: NO_CLASS },
    },
  },
  async ({ prepared: attempt, tx }, { joinGuard }) =>
    tx(async (db) => {
      await setActor(db, { kind: 'gate' });
      const { gradeLevel, language, door, hasRoom } = await requireClass(db, joinGuard, attempt);
      const who = openTo(door, Date.now());
      return {
        status: 200,
        body: { gradeLevel, language, openTo: who === 'everyone' && !hasRoom ? 'returning' : who },
      };
    }),
);

export const join = route(
  {
    ...DOOR,
    path: '/v1/join',
    summary: 'Join a class with its code, or come back to it as who one was with the return code as well',
    data: 'StudentSession',
    schemas: {
      body: closed({
        code: ClassCode,
        returnCode: Type.Optional(
          Type.String({
            minLength: 6,
            maxLength: 12,
            description: 'What the class gave when one first came, as ABC-DEF.',
          }),
        ),
      }),
    },
    prepare: async ({ body, address }, { joinGuard, keys }) => {
      const attempt = attemptOf({ ...body, address });
      // A pod that has just started reads its keys, which must not be when connections are held.
      await Promise.all([joinGuard.admit(attempt), keys.signing()]);
      return attempt;
    },
    answers: {
      201: {
        description: 'One is in.',
        schema: closed({
          alias: Type.String({ description: 'What one is called in class.' }),
          returnCode: Type.Optional(
            Type.String({ description: 'By which one comes back; told the first time alone. Write it down.' }),
          ),
          gradeLevel: GradeLevel,
          classroomId: Uuid,
          token: Type.String({ description: 'To be sent as "Authorization: Bearer …".' }),
          expiresInSeconds: Type.Integer(),
        }),
      },
      403: {
        description:
          'The class takes nobody at the moment, or nobody new, or a consent is missing; the detail says which.',
      },
      404: { description: 'No class has this code, or nobody in it this return code.' },
      409: { description: 'The class is full.' },
      410: { description: 'The class is over.' },
    },
  },
  async ({ body, prepared: attempt, tx }, context) =>
    tx(async (db) => {
      await setActor(db, { kind: 'gate' });
      const opened = await requireClass(db, context.joinGuard, attempt);
      const because = refusal(opened.door, attempt.returning ? 'returning' : 'new', Date.now());
      if (because !== undefined)
        throw new Problem({ status: because === 'over' ? 410 : 403, detail: REFUSALS[because] });
      context.joinGuard.right(attempt);
      const enrolled = await enter(db, context, { opened, attempt, returnCode: body.returnCode });
      const { token, expiresInSeconds } = await context.tokens.forStudent(
        { enrolmentId: enrolled.id, classroomId: opened.id },
        opened.epoch + enrolled.epoch,
      );
      return {
        status: 201,
        body: {
          alias: enrolled.alias,
          ...(enrolled.returnCode === undefined ? {} : { returnCode: shownCode(enrolled.returnCode) }),
          gradeLevel: opened.gradeLevel,
          classroomId: opened.id,
          token,
          expiresInSeconds,
        },
      };
    }),
);

interface Entering {
  readonly opened: OpenedClass;
  readonly attempt: Attempt;
  readonly returnCode: string | undefined;
}

async function enter(
  db: Transaction<DB>,
  context: Context,
  { opened, attempt, returnCode }: Entering,
): Promise<Enrolment & { readonly returnCode?: string }> {
  const { metrics, joinGuard } = context;
  const hash = returnCodeHash(context);
  if (returnCode === undefined) {
    const enrolled = await enrol(db, opened, hash);
    afterCommit(db, async () => {
      metrics.activity.inc({ activity_type: 'joined', grade_level: opened.gradeLevel });
      return Promise.resolve();
    });
    return enrolled;
  }
  const code = normalReturnCode(returnCode);
  const enrolled = code === undefined ? undefined : await comeBack(db, opened.id, hash(opened.id, code));
  if (enrolled !== undefined) return enrolled;
  joinGuard.wrongReturnCode(attempt);
  throw new Problem({
    status: 404,
    detail: 'Nobody in this class has this return code. Look at it again, or join without.',
  });
}

interface Typed {
  readonly code: string;
  readonly returnCode?: string;
  readonly address: string;
}

/** @throws Problem 404 for what cannot be a code: it is nobody's, and no guess. */
function attemptOf({ code: typed, returnCode, address }: Typed): Attempt {
  const code = normalCode(typed);
  if (code === undefined) throw new Problem({ status: 404, detail: NO_CLASS });
  return { address, code, returning: returnCode !== undefined };
}

async function requireClass(
  db: Transaction<DB>,
  joinGuard: Context['joinGuard'],
  attempt: Attempt,
): Promise<OpenedClass> {
  const opened = await classOf(db, attempt.code);
  if (opened !== undefined) return opened;
  joinGuard.wrongCode(attempt);
  throw new Problem({ status: 404, detail: NO_CLASS });
}
