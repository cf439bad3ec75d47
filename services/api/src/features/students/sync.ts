/** What was done while offline, in one go. */
import { Type } from 'typebox';
import { ITEM_REFUSALS, planSync, type ItemRefusal, type SyncItem } from '../../domain/sync.ts';
import { Problem } from '../../http/problems.ts';
import { route } from '../../http/route.ts';
import { closed, Time, Uuid } from '../../http/schemas.ts';
import { EACH_BY_ITSELF } from '../../http/validation.ts';
import { resourcesFor } from '../safety/crisis.ts';
import { Locale } from '../safety/help-routes.ts';
import { raiseHelpSignal } from '../safety/raise.ts';
import { writeAnswers } from './answer-writes.ts';
import { catalogueOf } from './catalogue.ts';
import { writeCheckIns } from './check-in-writes.ts';
import { OF_ME, studentOf } from './declared.ts';
import { countLessons, manyLessons, writeProgress } from './progress-writes.ts';
import { Crisis } from './shapes.ts';
import { claimBatch, keepResults } from './sync-batches.ts';
import { asksForHelp, Item, judgeItem, MOST_FAULTS } from './sync-items.ts';

const MOST_ITEMS = 100;
/** A hundred items with all their fields. */
const BODY_LIMIT = 64 * 1024;

const Result = closed({
  status: Type.Enum(['taken', 'refused'], { type: 'string' }),
  reason: Type.Optional(
    Type.Enum(['form', ...(Object.keys(ITEM_REFUSALS) as ItemRefusal[])], {
      type: 'string',
      description: 'Why it was refused; form, when it is none of the items that there are.',
    }),
  ),
  detail: Type.Optional(Type.String({ description: 'The reason in words, and what to do.' })),
  errors: Type.Optional(
    Type.Array(
      closed({
        pointer: Type.String({ description: 'Where in the item, as a JSON Pointer.' }),
        detail: Type.String({ description: 'What is wrong there.' }),
      }),
      { maxItems: MOST_FAULTS },
    ),
  ),
});

export const sync = route(
  {
    ...OF_ME,
    method: 'POST',
    path: '/v1/me/sync',
    summary:
      'Send what was done while offline, in whatever order: each item is taken or refused by itself, and a batch or an item that is sent again changes nothing',
    bodyLimit: BODY_LIMIT,
    // There may be a call for help in it.
    priority: 'essential',
    schemas: {
      query: closed({ locale: Locale }),
      body: closed({
        batchId: { ...Uuid, description: 'Drawn by the device; the same when the batch is sent again.' },
        sentAt: { ...Time, description: "When it is sent, by the device's clock: by it we know how wrong that is." },
        items: Type.Array(Item, { minItems: 1, maxItems: MOST_ITEMS, ...EACH_BY_ITSELF }),
      }),
    },
    answers: {
      200: {
        description: 'What became of each item, in the order of the batch.',
        schema: closed({ batchId: Uuid, results: Type.Array(Result, { maxItems: MOST_ITEMS }), crisis: Crisis }),
      },
      422: { description: 'A batch of this id held something else, or there is no such time as sentAt.' },
    },
  },
  async ({ body: { batchId, sentAt, items }, query, actor, tx }, { metrics }) =>
    tx(async (db) => {
      const student = studentOf(actor);
      const receivedAtMs = Date.now();
      const sentAtMs = Date.parse(sentAt);
      if (Number.isNaN(sentAtMs)) throw new Problem({ status: 422, detail: ITEM_REFUSALS.time });
      const asks = items.some(asksForHelp);
      const answer = (results: readonly unknown[]) => ({
        status: 200,
        body: { batchId, results, ...(asks ? { crisis: resourcesFor(query.locale) } : {}) },
      });
      const claimed = await claimBatch(db, student, { batchId, items });
      if ('results' in claimed) return answer(claimed.results);
      const judged = items.map(judgeItem);
      const good = judged.flatMap(({ item }) => item ?? []);
      const clock = { sentAtMs, receivedAtMs, joinedAtMs: claimed.joinedAt.getTime() };
      const plan = planSync(good, await catalogueOf(db, versionsIn(good)), clock);
      if (plan.progress.length > 0)
        countLessons(db, metrics, await writeProgress(db, student, manyLessons(plan.progress)));
      await writeAnswers(db, student, plan.answers);
      const taken = await writeCheckIns(db, student, plan.checkIns);
      const refusals = new Map(good.map((item, index) => [item, plan.refusals[index] ?? takenId(item, taken)]));
      const results = judged.map(({ item, faults }) =>
        faults === undefined ? resultOf(refusals.get(item)) : { ...MALFORMED, errors: faults },
      );
      // A call for help counts, also where what it came with is refused.
      const isRefusedCall = (item: unknown, index: number) => results[index]?.status === 'refused' && asksForHelp(item);
      if (items.some(isRefusedCall)) await raiseHelpSignal(db, student);
      await keepResults(db, student, { batchId, results });
      return answer(results);
    }),
);

const MALFORMED = {
  status: 'refused',
  reason: 'form',
  detail:
    'This is none of the items that can be sent. Look at its errors; the others of the batch are not held up by it.',
} as const;

const takenId = (item: SyncItem, taken: ReadonlySet<string>): ItemRefusal | undefined =>
  item.type === 'check-in' && taken.has(item.id) ? 'id' : undefined;

/** The versions of lessons that a batch is about, each once. */
function versionsIn(items: readonly SyncItem[]) {
  const named = items.flatMap((item) => (item.type === 'check-in' ? [] : [item]));
  const by = new Map(named.map(({ lessonId, version }) => [`${lessonId} ${version}`, { lessonId, version }]));
  return [...by.values()];
}

const resultOf = (refusal: ItemRefusal | undefined) =>
  refusal === undefined ? { status: 'taken' } : { status: 'refused', reason: refusal, detail: ITEM_REFUSALS[refusal] };
