/** Adults see who needs help, and say what they do about it. */
import type { HelpEvent } from '../../domain/help-signals.ts';
import { asAccount } from '../../access/roles.ts';
import { conditional, represent } from '../../http/conditional.ts';
import { pageRequest } from '../../http/paging.ts';
import { Problem } from '../../http/problems.ts';
import { route, type Answer, type Call, type Declaration, type Route } from '../../http/route.ts';
import { closed, pageOf, PAGING, Uuid } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import { oneOfQueue, pageOfQueue, QUEUE, QUEUE_PARTS, QueuedSignal, type Scope } from './queue.ts';
import { change, lockSignal, times } from './signals.ts';

const declared = {
  tag: 'Safety',
  data: 'Safety',
  retention: 'HelpSignal',
  rate: 'subject',
  priority: 'essential',
} as const satisfies Partial<Declaration>;

const page = {
  200: { description: 'A page of the queue: whom nobody has answered first.', schema: pageOf(QueuedSignal) },
  304: { description: 'Nothing has changed since the client asked last, with If-None-Match.' },
};

const ofClassroom = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/classrooms/:classroomId/help-signals',
    summary: 'List a class’s help signals; made to be asked often, with If-None-Match',
    access: { facilitator: 'own', school_admin: 'own', district_admin: 'any' },
    subject: 'classroom',
    schemas: { params: closed({ classroomId: Uuid }), query: closed({ ...PAGING }) },
    answers: page,
  },
  async (call) => list(call, { kind: 'classroom', classroomId: call.params.classroomId }),
);

const ofSchool = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/schools/:schoolId/help-signals',
    summary: 'List a school’s help signals that have escalated',
    access: { school_admin: 'own', district_admin: 'any' },
    subject: 'school',
    schemas: { params: closed({ schoolId: Uuid }), query: closed({ ...PAGING }) },
    answers: page,
  },
  async (call) => list(call, { kind: 'school', schoolId: call.params.schoolId }),
);

const ofDistrict = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/district/help-signals',
    summary: 'List the district’s help signals that have escalated',
    access: { district_admin: 'any' },
    schemas: { query: closed({ ...PAGING }) },
    answers: page,
  },
  async (call) => list(call, { kind: 'district' }),
);

type Paged = Pick<Call, 'tx' | 'headers'> & { readonly query: { readonly limit?: number; readonly cursor?: string } };

/** It is asked for every few seconds by every class: what has not changed is not sent again, nor kept by a browser. */
async function list(call: Paged, scope: Scope): Promise<Answer> {
  const asked = pageRequest(QUEUE, QUEUE_PARTS, call.query);
  const json = JSON.stringify(await call.tx(async (db) => pageOfQueue(db, scope, asked)));
  return conditional(call, represent(json), 'no-store');
}

type Act = Exclude<HelpEvent['kind'], 'press' | 'tick'>;

/** What is recorded of each act. */
const DONE: Readonly<Record<Act, string>> = {
  acknowledge: 'help-signal.acknowledged',
  escalate: 'help-signal.escalated',
  resolve: 'help-signal.resolved',
};

const SUMMARIES: Readonly<Record<Act, string>> = {
  acknowledge: 'Say that one is on it; it does not escalate by itself unless the student presses again',
  escalate: 'Pass it on to the school’s administrators',
  resolve: 'Say that it is over',
};

const act = (kind: Act): Route =>
  route(
    {
      ...declared,
      method: 'POST',
      path: `/v1/classrooms/:classroomId/help-signals/:signalId/${kind}`,
      summary: SUMMARIES[kind],
      access: { facilitator: 'own', school_admin: 'own', district_admin: 'any' },
      subject: 'classroom',
      schemas: { params: closed({ classroomId: Uuid, signalId: Uuid }) },
      answers: {
        200: { description: 'The signal as it is now; done twice, it is the same.', schema: QueuedSignal },
        404: { description: 'The class has no such signal.' },
        409: { description: 'It has been resolved.' },
      },
    },
    async ({ actor, params, tx }) =>
      tx(async (db) => {
        const signal = await lockSignal(db, params);
        if (signal === undefined)
          throw new Problem({ status: 404, detail: 'There is no such help signal in this class.' });
        const { accountId } = asAccount(actor);
        const { at } = await times(db);
        const next = await change(db, signal, { event: { kind, at }, by: accountId });
        if (next === undefined)
          throw new Problem({ status: 409, detail: 'This help signal has been resolved. Read the queue again.' });
        if (next !== signal)
          await record(db, {
            actor,
            action: DONE[kind],
            object: `help-signal:${signal.id}`,
            detail: { classroomId: params.classroomId, revision: next.revision },
          });
        return { status: 200, body: await oneOfQueue(db, params.classroomId, signal.id) };
      }),
  );

export const QUEUE_ROUTES: readonly Route[] = [
  ofClassroom,
  act('acknowledge'),
  act('escalate'),
  act('resolve'),
  ofSchool,
  ofDistrict,
];
