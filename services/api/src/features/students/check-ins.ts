/** How one feels: chosen, never written. */
import { ITEM_REFUSALS } from '../../domain/sync.ts';
import { route } from '../../http/route.ts';
import { closed, Time, Uuid } from '../../http/schemas.ts';
import { resourcesFor } from '../safety/crisis.ts';
import { Locale } from '../safety/help-routes.ts';
import { raiseHelpSignal } from '../safety/raise.ts';
import { writeCheckIns } from './check-in-writes.ts';
import { OF_ME, studentOf } from './declared.ts';
import { CHECK_IN, Crisis } from './shapes.ts';

export const checkIn = route(
  {
    ...OF_ME,
    method: 'POST',
    path: '/v1/me/check-ins',
    summary:
      'Say how one feels, and whether one needs help: then the teacher is called, and the answer says whom else to turn to',
    retention: 'CheckIn',
    // It may be a call for help.
    priority: 'essential',
    schemas: { query: closed({ locale: Locale }), body: closed(CHECK_IN) },
    answers: {
      201: { description: 'It is kept.', schema: closed({ id: Uuid, feltAt: Time, crisis: Crisis }) },
      409: { description: 'The id is taken by another check-in.' },
    },
  },
  async ({ body, query, actor, tx }) =>
    tx(async (db) => {
      const felt = new Date();
      const student = studentOf(actor);
      const taken = await writeCheckIns(db, student, [{ ...body, feltAtMs: felt.getTime() }]);
      if (taken.size > 0) {
        // A call for help counts, also where what it came with is refused.
        if (body.needsHelp) await raiseHelpSignal(db, student);
        return { status: 409, problem: { status: 409, detail: ITEM_REFUSALS.id } };
      }
      const crisis = body.needsHelp ? { crisis: resourcesFor(query.locale) } : {};
      return { status: 201, body: { id: body.id, feltAt: felt.toISOString(), ...crisis } };
    }),
);
