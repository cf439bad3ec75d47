/** Lessons as they are published and withdrawn, and what the database holds of it by itself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cursorAfter } from '@heroes/api/domain/cursor.ts';
import type { Lesson } from '@heroes/api/features/curriculum/shapes.ts';
import { COMPLETE, openScene, type Scene } from './lesson-calls.ts';

interface Versions {
  readonly items: readonly { readonly version: number; readonly state: string }[];
  readonly nextCursor: string | null;
}

let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
});

afterAll(async () => {
  await scene.stack[Symbol.asyncDispose]();
});

describe('a publication', () => {
  it('retires the former, and keeps what the release before versions reads', async () => {
    const id = await scene.published();
    const next = await scene.edit.beginNext(id);
    const steps = [...COMPLETE.steps, { title: 'More', minutes: 12, instructions: 'More of it.' }];
    await scene.edit.bring(id, next.etag, { title: 'Better', steps });
    expect(await scene.states(id)).toEqual(['retired', 'published']);
    const row = await scene.stack.db.selectFrom('lessons').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(row).toMatchObject({ title: 'Better', duration_minutes: 42, grade_levels: [5], published: true, steps });
    expect((await scene.edit.ask<Lesson>(`/v1/lessons/${id}/versions/1`)).body).toMatchObject({
      title: 'A new lesson',
      retiredAt: expect.any(String) as string,
    });
    const at = `/v1/lessons/${id}/versions`;
    const first = await scene.edit.ask<Versions>(`${at}?limit=1`, { as: scene.author });
    expect(first.body.items).toMatchObject([{ version: 2, state: 'published', source: 'district' }]);
    const rest = await scene.edit.ask<Versions>(`${at}?limit=1&cursor=${first.body.nextCursor ?? ''}`, {
      as: scene.author,
    });
    expect(rest.body).toMatchObject({ items: [{ version: 1, state: 'retired' }], nextCursor: null });
    expect((await scene.edit.ask('/v1/lessons/nothing/versions', { as: scene.author })).status).toBe(404);
    for (const forged of [cursorAfter('versions', ['x']), cursorAfter('lessons', [1]), cursorAfter('versions', [1, 2])])
      expect((await scene.edit.ask(`${at}?cursor=${forged}`, { as: scene.author })).status).toBe(400);
  });

  it('stays in the language of what was published', async () => {
    const id = await scene.published();
    const next = await scene.edit.beginNext(id);
    expect((await scene.edit.patch(id, next.etag, { language: 'es' })).status).toBe(422);
    const spanish = await scene.edit.begin(`${id}-es`, 'es');
    const published = await scene.edit.bring(`${id}-es`, spanish.etag, { ...COMPLETE, translationOf: id });
    expect(published.status).toBe(200);
    expect((await scene.edit.ask<Lesson>(`/v1/lessons/${id}-es`)).body).toMatchObject({
      language: 'es',
      translationOf: id,
    });
    const undone = await scene.edit.beginNext(`${id}-es`);
    const changed = await scene.edit.patch(`${id}-es`, undone.etag, { translationOf: null });
    expect(changed.body.content).not.toHaveProperty('translationOf');
  });

  it('is withdrawn by who names the version that is there', async () => {
    const id = await scene.published();
    const retire = async (version: number) =>
      scene.edit.ask(`/v1/lessons/${id}/retire`, { method: 'POST', as: scene.reviewer, payload: { version } });
    expect((await retire(2)).status).toBe(409);
    expect((await retire(1)).status).toBe(200);
    expect((await retire(1)).status).toBe(409);
    expect((await scene.edit.ask(`/v1/lessons/${id}`)).status).toBe(404);
    expect((await scene.edit.ask(`/v1/lessons/${id}/versions/1`)).status).toBe(200);
    const row = await scene.stack.db
      .selectFrom('lessons')
      .select('published')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    expect(row.published).toBe(false);
    const back = await scene.edit.beginNext(id);
    expect(back.body.content.title).toBe('A new lesson');
  });
});

describe('the database', () => {
  const refusal = async (work: () => Promise<unknown>) =>
    work().then(
      () => 'done',
      (error: unknown) => (error as { code?: string }).code,
    );
  const RESTRICTED = '23001';
  const versions = () => scene.stack.db.updateTable('lesson_versions');

  it('changes nothing that is published, whoever asks', async () => {
    const id = await scene.published();
    const content = JSON.stringify({ ...COMPLETE, title: 'Changed' });
    for (const set of [
      { content },
      { digest: Buffer.alloc(32) },
      { state: 'draft' },
      { state: 'approved' },
      { version: 7 },
    ])
      expect(await refusal(async () => versions().set(set).where('lesson_id', '=', id).execute())).toBe(RESTRICTED);
    expect(
      await refusal(async () => scene.stack.db.deleteFrom('lesson_versions').where('lesson_id', '=', id).execute()),
    ).toBe(RESTRICTED);
    expect(await refusal(async () => scene.stack.db.deleteFrom('lessons').where('id', '=', id).execute())).toBe(
      RESTRICTED,
    );
  });

  it('lets no author approve, and nothing be published that was not reviewed', async () => {
    const { id } = await scene.submitted();
    const approve = (reviewerId: string | null) => async () =>
      versions().set({ state: 'approved', reviewer_id: reviewerId }).where('lesson_id', '=', id).execute();
    expect(await refusal(approve(scene.author.accountId))).toBe(RESTRICTED);
    expect(await refusal(approve(null))).toBe(RESTRICTED);
    const publish = async () =>
      versions().set({ state: 'published', published_at: new Date() }).where('lesson_id', '=', id).execute();
    expect(await refusal(publish)).toBe(RESTRICTED);
    expect(await refusal(approve(scene.reviewer.accountId))).toBe('done');
  });
});
