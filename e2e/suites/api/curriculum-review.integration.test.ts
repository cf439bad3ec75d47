/** Lessons as they are reviewed, by others than have written them. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Lesson } from '@heroes/api/features/curriculum/shapes.ts';
import { COMPLETE, openScene, type Draft, type Scene } from './lesson-calls.ts';
import { makePerson, makeSchool, type Person } from './people.ts';

const FIRST = 'what-a-hero-does';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
});

afterAll(async () => {
  await scene.stack[Symbol.asyncDispose]();
});

describe('a review', () => {
  it('leads from a draft to the lesson that everybody reads, and each step is recorded', async () => {
    const id = await scene.published();
    expect((await scene.edit.ask<Lesson>(`/v1/lessons/${id}`)).body).toMatchObject({
      version: 1,
      title: 'A new lesson',
    });
    const entries = await scene.stack.db
      .selectFrom('audit_entries')
      .select(['action', 'actor', 'detail'])
      .where('object', '=', `lesson:${id}`)
      .orderBy('sequence')
      .execute();
    const by = ({ accountId }: Person) => `account:${accountId}`;
    expect(entries).toEqual([
      { action: 'lesson.created', actor: by(scene.author), detail: {} },
      { action: 'lesson.submitted', actor: by(scene.author), detail: { version: 1 } },
      { action: 'lesson.approved', actor: by(scene.reviewer), detail: { version: 1 } },
      { action: 'lesson.published', actor: by(scene.author), detail: { version: 1 } },
    ]);
  });

  it('takes no lesson that is not complete, and says all that is missing', async () => {
    const media = [
      {
        id: 'a',
        step: 0,
        mediaType: 'video/mp4',
        path: 'a.mp4',
        bytes: 1,
        sha256: 'a'.repeat(64),
        alt: '',
        captions: [],
        transcript: '',
      },
    ];
    const { body, etag } = await scene.edit.begin();
    const draft = await scene.edit.patch(body.lessonId, etag, {
      ...COMPLETE,
      sensitive: true,
      media,
      translationOf: 'nothing',
    });
    const refused = await scene.edit.submit(body.lessonId, draft.etag);
    expect(refused.status).toBe(422);
    expect((refused.body as unknown as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer)).toEqual(
      [
        '/content/crisisResources',
        '/content/media/0/alt',
        '/content/media/0/transcript',
        '/content/media/0/captions',
        '/content/translationOf',
      ],
    );
    expect(await scene.states(body.lessonId)).toEqual(['draft']);
  });

  it('is not by who has written any of it', async () => {
    const { id, etag } = await scene.written();
    const other = await makePerson(scene.stack, 'content_editor');
    const touched = await scene.edit.ask(`/v1/lessons/${id}/draft`, {
      method: 'PATCH',
      as: other,
      payload: { summary: 'A word of mine.' },
      headers: { 'if-match': etag },
    });
    const open = await scene.edit.submit(id, touched.etag);
    expect((await scene.edit.approve(id, open.etag, scene.author)).status).toBe(403);
    expect((await scene.edit.approve(id, open.etag, other)).status).toBe(403);
    expect(await scene.edit.approve(id, open.etag)).toMatchObject({
      status: 200,
      body: { state: 'approved', youWrote: false },
    });
  });

  it('hands back what was rejected, with a note, and what its authors take back', async () => {
    const one = await scene.submitted();
    expect(await scene.edit.reject(one.id, one.etag)).toMatchObject({
      status: 200,
      body: { state: 'draft', reviewNote: 'Say it shorter.' },
    });
    const two = await scene.approved();
    expect(await scene.edit.reject(two.id, two.etag, scene.author)).toMatchObject({
      status: 200,
      body: { state: 'draft' },
    });
    const again = await scene.edit.read(two.id);
    expect((await scene.edit.patch(two.id, again.etag, { summary: 'Shorter.' })).status).toBe(200);
  });

  it('is of what the reviewer has read', async () => {
    const { id, etag } = await scene.submitted();
    const rejected = await scene.edit.reject(id, etag);
    const changed = await scene.edit.patch(id, rejected.etag, { summary: 'Something else.' });
    const open = await scene.edit.submit(id, changed.etag);
    expect((await scene.edit.approve(id, etag)).status).toBe(412);
    expect((await scene.edit.approve(id, open.etag)).status).toBe(200);
  });

  it('begins nothing in a state in which it does not begin', async () => {
    const draft = await scene.written();
    expect((await scene.edit.approve(draft.id, draft.etag)).status).toBe(409);
    expect((await scene.edit.publish(draft.id, draft.etag)).status).toBe(409);
    expect((await scene.edit.reject(draft.id, draft.etag)).status).toBe(409);
    const open = await scene.submitted();
    expect((await scene.edit.submit(open.id, open.etag)).status).toBe(409);
    expect((await scene.edit.patch(open.id, open.etag, { summary: 'Quick!' })).status).toBe(409);
    expect((await scene.edit.publish(open.id, open.etag)).status).toBe(409);
  });

  it('publishes once, however often and by however many it is asked', async () => {
    const { id, etag } = await scene.approved();
    const tries = await Promise.all([1, 2, 3].map(async () => scene.edit.publish(id, etag)));
    expect(tries.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
    expect(await scene.states(id)).toEqual(['published']);
  });

  it('is done once with an Idempotency-Key', async () => {
    const { id, etag } = await scene.approved();
    const key = randomUUID();
    const publish = async () =>
      scene.edit.ask<Draft>(`/v1/lessons/${id}/draft/publish`, {
        method: 'POST',
        as: scene.author,
        headers: { 'if-match': etag, 'idempotency-key': key },
      });
    const [first, second] = [await publish(), await publish()];
    expect(first).toMatchObject({ status: 200, body: { state: 'published' } });
    expect(second).toMatchObject({ status: 200, body: first.body, headers: { 'idempotency-replayed': 'true' } });
  });

  it('is for editors', async () => {
    const school = await makeSchool(scene.stack);
    const teacher = await makePerson(scene.stack, 'facilitator', school);
    const { id, etag } = await scene.written();
    for (const [as, status] of [
      [teacher, 403],
      [undefined, 401],
    ] as const) {
      const headers = { 'if-match': etag };
      const tries = [
        scene.edit.ask('/v1/lessons', { method: 'POST', as, payload: { id: 'x', title: 'x', language: 'en' } }),
        scene.edit.ask(`/v1/lessons/${id}/draft`, { as }),
        scene.edit.ask(`/v1/lessons/${id}/draft`, { method: 'PATCH', as, payload: { summary: 'x' }, headers }),
        scene.edit.ask(`/v1/lessons/${id}/draft/publish`, { method: 'POST', as, headers }),
        scene.edit.ask(`/v1/lessons/${FIRST}/retire`, { method: 'POST', as, payload: { version: 1 } }),
        scene.edit.ask(`/v1/lessons/${id}/versions`, { as }),
      ];
      expect((await Promise.all(tries)).map((each) => each.status)).toEqual(tries.map(() => status));
    }
  });
});
