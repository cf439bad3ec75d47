/** What was done while offline, in one go. */
import { Type } from 'typebox';
import { ITEM_REFUSALS, planSync, type ItemRefusal, type SyncItem } from '../../domain/sync.ts';
import { Problem } from '../../http/problems.ts';
import { route } from '../../http/route.ts';
import { closed, LessonId, Time, Uuid } from '../../http/schemas.ts';
import { resourcesFor } from '../safety/crisis.ts';
import { Locale } from '../safety/help-routes.ts';
import { writeAnswers } from './answer-writes.ts';
import { catalogueOf } from './catalogue.ts';
import { hearRefused, writeCheckIns } from './check-in-writes.ts';
import { OF_ME, studentOf } from './declared.ts';
import { countLessons, manyLessons, writeProgress } from './progress-writes.ts';
import { ActivityId, CHECK_IN, Choices, Crisis, Step, Version } from './shapes.ts';
import { claimBatch, keepResults } from './sync-batches.ts';

const MOST_ITEMS = 100;
/** A hundred items with all their fields. */
const BODY_LIMIT = 64 * 1024;

const at = { ...Time, description: "When it was done, by the device's clock." };
const lesson = { lessonId: LessonId, version: { ...Version, description: 'The version that one had.' } };

const Item = Type.Union([
  closed({ type: Type.Literal('progress'), ...lesson, step: Step, completed: Type.Boolean(), at }),
  closed({ type: Type.Literal('check-in'), ...CHECK_IN, at }),
  closed({ type: Type.Literal('answer'), ...lesson, activityId: ActivityId, choices: Choices, at }),
]);

const Result = closed({
  status: Type.Enum(['taken', 'refused'], { type: 'string' }),
  reason: Type.Optional(
    Type.Enum(Object.keys(ITEM_REFUSALS) as ItemRefusal[], { type: 'string', description: 'Why it was refused.' }),
  ),
  detail: Type.Optional(Type.String({ description: 'The reason in words, and what to do.' })),
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
        items: Type.Array(Item, { minItems: 1, maxItems: MOST_ITEMS }),
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
      const asks = items.some((item) => item.type === 'check-in' && item.needsHelp);
      const answer = (results: readonly unknown[]) => ({
        status: 200,
        body: { batchId, results, ...(asks ? { crisis: resourcesFor(query.locale) } : {}) },
      });
      const claimed = await claimBatch(db, student, { batchId, items });
      if ('results' in claimed) return answer(claimed.results);
      const clock = { sentAtMs, receivedAtMs, joinedAtMs: claimed.joinedAt.getTime() };
      const plan = planSync(items, await catalogueOf(db, versionsIn(items)), clock);
      if (plan.progress.length > 0)
        countLessons(db, metrics, await writeProgress(db, student, manyLessons(plan.progress)));
      await writeAnswers(db, student, plan.answers);
      const taken = await writeCheckIns(db, student, plan.checkIns);
      const results = items.map((item, index) => {
        const isTaken = item.type === 'check-in' && taken.has(item.id);
        return resultOf(plan.refusals[index] ?? (isTaken ? 'id' : undefined));
      });
      const refused = items.filter((_, index) => results[index]?.status === 'refused');
      await hearRefused(
        db,
        student,
        refused.filter((item) => item.type === 'check-in'),
      );
      await keepResults(db, student, { batchId, results });
      return answer(results);
    }),
);

/** The versions of lessons that a batch is about, each once. */
function versionsIn(items: readonly SyncItem[]) {
  const named = items.flatMap((item) => (item.type === 'check-in' ? [] : [item]));
  const by = new Map(named.map(({ lessonId, version }) => [`${lessonId} ${version}`, { lessonId, version }]));
  return [...by.values()];
}

const resultOf = (refusal: ItemRefusal | undefined) =>
  refusal === undefined ? { status: 'taken' } : { status: 'refused', reason: refusal, detail: ITEM_REFUSALS[refusal] };
