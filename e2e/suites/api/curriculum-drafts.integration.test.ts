/** Lessons as they are written. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPLETE, openScene, type Scene } from './lesson-calls.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
});

afterAll(async () => {
  await scene.stack[Symbol.asyncDispose]();
});

describe('a draft', () => {
  it('begins empty, with all that stands in the way, seen by nobody else', async () => {
    const { status, body, etag, headers } = await scene.edit.begin('brand-new', 'es-MX');
    expect({ status, location: headers.location }).toEqual({ status: 201, location: '/v1/lessons/brand-new/draft' });
    expect(body).toMatchObject({ version: 1, state: 'draft', youWrote: true, reviewNote: null });
    expect(body.content).toMatchObject({ title: 'A new lesson', language: 'es-MX', steps: [] });
    expect(body.faults.map(({ pointer }) => pointer)).toContain('/steps');
    expect(etag).not.toBe('');
    expect((await scene.edit.ask('/v1/lessons/brand-new')).status).toBe(404);
    expect(await scene.edit.begin('brand-new')).toMatchObject({ status: 409 });
  });

  it('takes changes field by field, and refuses what the schema does not have', async () => {
    const { body, etag } = await scene.edit.begin();
    const changed = await scene.edit.patch(body.lessonId, etag, { summary: 'Short.', gradeLevels: [4, 6] });
    expect(changed.body.content).toMatchObject({ title: 'A new lesson', summary: 'Short.', gradeLevels: [4, 6] });
    for (const wrong of [
      {},
      { summary: 1 },
      { author: 'me' },
      { gradeLevels: [7] },
      { gradeLevels: [4, 4] },
      { language: 'English' },
      { categories: ['maths'] },
      { media: [{ id: 'a', step: 0, path: 'https://example.org/a.png' }] },
      { steps: [{ title: 'a', minutes: 61, instructions: 'b' }] },
      { summary: 'x'.repeat(601) },
    ])
      expect({ wrong, status: (await scene.edit.patch(body.lessonId, changed.etag, wrong)).status }).toEqual({
        wrong,
        status: 400,
      });
  });

  it('is changed by nobody who has not seen what is there', async () => {
    const { body, etag } = await scene.edit.begin();
    expect((await scene.edit.patch(body.lessonId, etag, { summary: 'First.' })).status).toBe(200);
    expect((await scene.edit.patch(body.lessonId, etag, { summary: 'Second.' })).status).toBe(412);
    expect((await scene.edit.patch(body.lessonId, '*', { summary: 'Second.' })).status).toBe(428);
    const unnamed = { method: 'PATCH', as: scene.author, payload: { summary: 'Second.' } } as const;
    expect((await scene.edit.ask(`/v1/lessons/${body.lessonId}/draft`, unnamed)).status).toBe(428);
    expect((await scene.edit.read(body.lessonId)).body.content.summary).toBe('First.');
  });

  it('has one winner of two who change it at once', async () => {
    const { body, etag } = await scene.edit.begin();
    const tries = await Promise.all(
      ['One.', 'Two.', 'Three.'].map(async (summary) => scene.edit.patch(body.lessonId, etag, { summary })),
    );
    expect(tries.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    const won = tries.find(({ status }) => status === 200);
    expect((await scene.edit.read(body.lessonId)).body.content.summary).toBe(won?.body.content.summary);
  });

  it('is one of a lesson, also when two begin it at once', async () => {
    const id = await scene.published();
    const tries = await Promise.all([scene.edit.beginNext(id), scene.edit.beginNext(id)]);
    expect(tries.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await scene.states(id)).toEqual(['published', 'draft']);
  });

  it('begins with what is published, an earlier version, or nothing', async () => {
    const id = await scene.published({ ...COMPLETE, summary: 'The first.' });
    const second = await scene.edit.beginNext(id);
    expect(second.body).toMatchObject({ version: 2, content: { summary: 'The first.' } });
    await scene.edit.bring(id, second.etag, { summary: 'The second.' });
    const earlier = await scene.edit.beginNext(id, 1);
    expect(earlier.body).toMatchObject({ version: 3, content: { summary: 'The first.' } });
    await scene.discard(id, earlier.etag);
    const empty = await scene.edit.beginNext(id, 'empty');
    expect(empty.body.content).toMatchObject({ summary: '', steps: [], language: 'en' });
    await scene.discard(id, empty.etag);
    expect((await scene.edit.beginNext(id, 9)).status).toBe(404);
    expect((await scene.edit.beginNext('nothing')).status).toBe(404);
    expect((await scene.edit.beginNext(id, 'yesterday')).status).toBe(400);
  });

  it('is discarded by who has seen it, and what was discarded cannot be changed under its number', async () => {
    const { body, etag } = await scene.edit.begin();
    const stale = await scene.edit.patch(body.lessonId, etag, { summary: 'Old.' });
    expect((await scene.discard(body.lessonId, etag)).status).toBe(412);
    expect((await scene.discard(body.lessonId, stale.etag)).status).toBe(204);
    expect((await scene.edit.read(body.lessonId)).status).toBe(404);
    const again = await scene.edit.beginNext(body.lessonId, 'empty');
    await scene.edit.patch(body.lessonId, again.etag, { summary: 'New.' });
    expect((await scene.edit.patch(body.lessonId, stale.etag, { summary: 'Lost?' })).status).toBe(412);
  });

  it('of the curriculum can be finished by the district', async () => {
    const open = await scene.edit.read('when-a-friend-bullies');
    expect(open.body).toMatchObject({ state: 'draft', youWrote: false });
    expect((await scene.edit.patch('when-a-friend-bullies', open.etag, { summary: 'Ours.' })).body.youWrote).toBe(true);
  });
});
