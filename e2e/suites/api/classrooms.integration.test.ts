/** Classrooms: who makes them, sees them and changes them, and what becomes of those in them. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  caller,
  counted,
  join,
  joined,
  makeStaff,
  makeTaughtClass,
  recordConsent,
  startUncounted,
  type Asked,
  type TaughtClass,
} from './class-calls.ts';
import { makePerson, makeSchool } from './people.ts';
import type { Stack } from './stack.ts';

interface Shown {
  readonly id: string;
  readonly title: string;
  readonly code: string;
  readonly capacity: number;
  readonly students: number;
  readonly locked: boolean;
  readonly archivedAt: string | null;
  readonly schoolId: string;
}
interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

let stack: Stack;

beforeAll(async () => {
  stack = await startUncounted();
  await recordConsent(stack);
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const call = async <Body = Shown>(url: string, asked: Asked = {}) => caller(stack)<Body>(url, asked);
const create = async (as: { readonly token: string }, body: object) =>
  call('/v1/classrooms', { method: 'POST', as, payload: { title: 'Period 3', gradeLevel: 5, ...body } });
const patch = async ({ id, teacher }: TaughtClass, payload: object, headers: Record<string, string> = {}) =>
  call(`/v1/classrooms/${id}`, { method: 'PATCH', as: teacher, payload, headers });
const act = async ({ id, teacher }: TaughtClass, path: string) =>
  call(`/v1/classrooms/${id}${path}`, { method: 'POST', as: teacher });

const audited = async (id: string) =>
  (
    await stack.db
      .selectFrom('audit_entries')
      .select('action')
      .where('object', '=', `classroom:${id}`)
      .orderBy('sequence')
      .execute()
  ).map(({ action }) => action);

describe('making a class', () => {
  it("takes the teacher's own school, and says where the class is", async () => {
    const schoolId = await makeSchool(stack);
    const teacher = await makePerson(stack, 'facilitator', schoolId);
    const before = await counted(stack, 'created');
    const { status, body, headers } = await create(teacher, { capacity: 25, language: 'es-MX' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      title: 'Period 3',
      gradeLevel: 5,
      schoolId,
      ownerId: teacher.accountId,
      code: expect.stringMatching(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/) as string,
      capacity: 25,
      language: 'es-MX',
      enrolment: 'open',
      consentBasis: 'school',
      students: 0,
      locked: false,
      archivedAt: null,
    });
    expect(headers).toMatchObject({
      location: `/v1/classrooms/${body.id}`,
      etag: expect.stringMatching(/^"\d+"$/) as string,
    });
    expect(await counted(stack, 'created')).toBe(before + 1);
    expect(await audited(body.id)).toEqual(['classroom.created']);
    expect((await call(String(headers.location), { as: teacher })).body).toEqual(body);
  });

  it('needs the school named by who belongs to several, or to none', async () => {
    const [one, other] = [await makeSchool(stack), await makeSchool(stack)];
    const teacher = await makeStaff(stack, [
      { role: 'facilitator', schoolId: one },
      { role: 'facilitator', schoolId: other },
    ]);
    expect((await create(teacher, {})).status).toBe(422);
    expect((await create(teacher, { schoolId: other })).body).toMatchObject({ schoolId: other });
    const district = await makePerson(stack, 'district_admin');
    expect((await create(district, {})).status).toBe(422);
    expect((await create(district, { schoolId: one })).status).toBe(201);
  });

  it('is for no school of others, and for none that is not there', async () => {
    const teacher = await makePerson(stack, 'facilitator', await makeSchool(stack));
    const admin = await makePerson(stack, 'school_admin', await makeSchool(stack));
    const foreign = await makeSchool(stack);
    for (const as of [teacher, admin]) expect((await create(as, { schoolId: foreign })).status).toBe(404);
    const district = await makePerson(stack, 'district_admin');
    expect((await create(district, { schoolId: randomUUID() })).status).toBe(404);
    expect((await create(await makePerson(stack, 'content_editor'), {})).status).toBe(403);
  });

  it.each([
    [{ gradeLevel: 3 }, 400],
    [{ title: '   ' }, 400],
    [{ title: 'x'.repeat(81) }, 400],
    [{ capacity: 0 }, 400],
    [{ capacity: 201 }, 400],
    [{ language: 'English' }, 400],
    [{ owner: 'somebody' }, 400],
    [{ expiresAt: '2020-01-01T00:00:00Z' }, 422],
    [{ expiresAt: '2999-01-01T00:00:00Z' }, 422],
    [{ expiresAt: '2026-12-31T23:59:60Z' }, 422],
  ])('refuses %j with %i', async (body, status) => {
    const teacher = await makePerson(stack, 'facilitator', await makeSchool(stack));
    expect((await create(teacher, body)).status).toBe(status);
  });
});

describe('seeing classes', () => {
  it("lists one's own, page by page, the newest first; those of the school to who administers it; all to the district", async () => {
    const schoolId = await makeSchool(stack);
    const teacher = await makePerson(stack, 'facilitator', schoolId);
    const colleague = await makePerson(stack, 'facilitator', schoolId);
    for (const title of ['1', '2', '3']) await create(teacher, { title });
    await create(colleague, { title: '4' });
    const list = async (as: { readonly token: string }) => {
      const titles: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
        const { body } = await call<Page<Shown>>(`/v1/classrooms?limit=2${query}`, { as });
        expect(body.items.length).toBeLessThanOrEqual(2);
        titles.push(...body.items.filter((item) => item.schoolId === schoolId).map(({ title }) => title));
        cursor = body.nextCursor;
      }
      return titles;
    };
    expect(await list(teacher)).toEqual(['3', '2', '1']);
    expect(await list(await makePerson(stack, 'school_admin', schoolId))).toEqual(['4', '3', '2', '1']);
    expect(await list(await makePerson(stack, 'district_admin'))).toEqual(['4', '3', '2', '1']);
    expect(await list(await makePerson(stack, 'facilitator', schoolId))).toEqual([]);
  });

  it('takes no cursor that it did not give', async () => {
    const { teacher } = await makeTaughtClass(stack);
    const forged = (position: unknown[]) =>
      Buffer.from(JSON.stringify(['classrooms', ...position])).toString('base64url');
    for (const cursor of ['x', forged(['x', randomUUID()]), forged([1, 'x'])])
      expect((await call(`/v1/classrooms?cursor=${cursor}`, { as: teacher })).status).toBe(400);
  });

  it("does not tell another's from none", async () => {
    const { id } = await makeTaughtClass(stack);
    const others = [
      await makePerson(stack, 'facilitator', await makeSchool(stack)),
      await makePerson(stack, 'school_admin', await makeSchool(stack)),
    ];
    for (const as of others)
      for (const each of [id, randomUUID()]) {
        const { status, body } = await call<{ detail: string }>(`/v1/classrooms/${each}`, { as });
        expect({ status, detail: body.detail }).toEqual({ status: 404, detail: 'There is no such classroom.' });
      }
    expect((await call(`/v1/classrooms/${id}`)).status).toBe(401);
    for (const as of others) expect((await call('/v1/classrooms/x', { as })).status).toBe(400);
  });
});

describe('changing a class', () => {
  it('changes what is named alone, and with If-Match only what nobody else has changed', async () => {
    const taught = await makeTaughtClass(stack);
    const { headers } = await call(`/v1/classrooms/${taught.id}`, { as: taught.teacher });
    const etag = String(headers.etag);
    const first = await patch(taught, { title: 'Period 4' }, { 'if-match': etag });
    expect(first).toMatchObject({ status: 200, body: { title: 'Period 4', capacity: 40 } });
    expect(first.headers.etag).not.toBe(etag);
    expect((await patch(taught, { title: 'Period 5' }, { 'if-match': etag })).status).toBe(412);
    const both = await Promise.all(
      ['a', 'b'].map(async (title) => patch(taught, { title }, { 'if-match': String(first.headers.etag) })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect((await patch(taught, { enrolment: 'closed', consentBasis: 'parent' })).body).toMatchObject({
      enrolment: 'closed',
      consentBasis: 'parent',
    });
  });

  it('refuses nothing, what it does not know, and what is archived', async () => {
    const taught = await makeTaughtClass(stack);
    for (const payload of [{}, { code: 'ABCD-EFGH' }, { gradeLevel: 4 }])
      expect((await patch(taught, payload)).status).toBe(400);
    await act(taught, '/archive');
    expect((await patch(taught, { title: 'x' })).status).toBe(409);
    for (const path of ['/code/rotate', '/code/lock', '/code/unlock', '/tokens/end', '/archive'])
      expect((await act(taught, path)).status).toBe(409);
  });

  it('to fewer seats lets nobody in until as few are left', async () => {
    const taught = await makeTaughtClass(stack, { capacity: 40 });
    const students = await Promise.all(Array.from({ length: 6 }, async () => joined(stack, taught.code)));
    expect((await patch(taught, { capacity: 5 })).body).toMatchObject({ capacity: 5, students: 6 });
    expect((await join(stack, taught.code)).status).toBe(409);
    const remove = async (as: { readonly token: string }) => {
      const { body } = await call<{ id: string }>('/v1/me', { as });
      await call(`/v1/classrooms/${taught.id}/students/${body.id}`, { method: 'DELETE', as: taught.teacher });
    };
    const [one, other] = students;
    if (one === undefined || other === undefined) throw new Error('nobody joined');
    await remove(one);
    expect((await join(stack, taught.code)).status).toBe(409);
    await remove(other);
    expect((await join(stack, taught.code)).status).toBe(201);
    expect((await join(stack, taught.code)).status).toBe(409);
  });
});

describe('the code of a class', () => {
  it('is rotated: the former one is nobody’s', async () => {
    const taught = await makeTaughtClass(stack);
    const { body } = await act(taught, '/code/rotate');
    expect(body.code.replace('-', '')).not.toBe(taught.code);
    expect((await join(stack, taught.code)).status).toBe(404);
    expect((await join(stack, body.code)).status).toBe(201);
  });

  it('is locked and unlocked, and each act is audited', async () => {
    const taught = await makeTaughtClass(stack);
    expect((await act(taught, '/code/lock')).body).toMatchObject({ locked: true });
    expect((await join(stack, taught.code)).status).toBe(403);
    expect((await act(taught, '/code/unlock')).body).toMatchObject({ locked: false });
    expect((await join(stack, taught.code)).status).toBe(201);
    expect(await audited(taught.id)).toEqual(['classroom.code-locked', 'classroom.code-unlocked']);
  });
});
