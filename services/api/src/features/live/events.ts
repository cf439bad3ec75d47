/** The stream of what is live in a class. */
import type { Actor } from '../../access/roles.ts';
import { authorizationOf, timesOf } from '../../access/tokens.ts';
import { Problem } from '../../http/problems.ts';
import { route } from '../../http/route.ts';
import { closed, Uuid } from '../../http/schemas.ts';
import { seenRevision } from './frames.ts';
import { OF_A_CLASS, SEEN_BY_CLASS } from './declared.ts';

export const liveEvents = route(
  {
    ...OF_A_CLASS,
    method: 'GET',
    path: '/v1/classrooms/:classroomId/live/events',
    summary:
      'Follow what is being taught in a class, as server-sent events; read it with fetch, since EventSource sends no Authorization',
    access: SEEN_BY_CLASS,
    schemas: { params: closed({ classroomId: Uuid }) },
    answers: {
      200: {
        mediaType: 'text/event-stream',
        description:
          'A stream (text/event-stream) of events "live", each with the whole state as GET …/live answers it and its revision as id. With that id as Last-Event-ID a client that comes again is told only what it has missed. It ends with an event "end", whose reason is token (get a new one), restart or replaced; "retry" says after how many milliseconds to come again.',
      },
      503: { description: 'This server can hold no more streams; Retry-After says when to come again.' },
    },
  },
  async (call, { live }) => {
    const { epoch, expiresAtMs } = timesOf(authorizationOf(call.headers));
    const stream = await live.open({
      actor: person(call.actor),
      classroomId: call.params.classroomId,
      epoch,
      expiresAtMs,
      seenRevision: seenRevision(call.headers['last-event-id']),
    });
    // Also where nobody ever reads it: HEAD asks for the headers alone.
    call.signal.addEventListener('abort', () => stream.destroy(), { once: true });
    if (call.signal.aborted) stream.destroy();
    return {
      status: 200,
      stream,
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        // Proxies (nginx) would collect events before they pass them on.
        'x-accel-buffering': 'no',
      },
    };
  },
);

function person(actor: Actor) {
  if (actor.kind === 'student' || actor.kind === 'account') return actor;
  throw new Problem({ status: 401, detail: 'Send a token as "Authorization: Bearer …".' });
}
