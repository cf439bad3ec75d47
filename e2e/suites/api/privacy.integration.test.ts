/** Consents, how long what is kept, and the data inventory. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '@heroes/api/routes.ts';
import { startUnhurried } from './audit-tampering.ts';
import { makePerson, type Person } from './people.ts';
import { ask, makeScene, someId, type Scene } from './privacy-scene.ts';
import { afterDays, checkIn, POLICY, RULES } from './retention-run.ts';
import type { Stack } from './stack.ts';

let stack: Stack;
let scene: Scene;
let operator: Person;

beforeAll(async () => {
  stack = await startUnhurried({ RETENTION_POLICY: JSON.stringify(RULES) });
  scene = await makeScene(stack);
  operator = await makePerson(stack, 'platform_operator');
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const CONSENT = { basis: 'school', noticeVersion: '2026-08', signer: 'Superintendent', signedOn: '2026-08-01' };

interface Consent {
  readonly id: string;
  readonly revokedAt: string | null;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

const recordConsent = async (change: object = {}) =>
  ask<Consent>(stack, 'POST /v1/privacy/consents', { as: scene.admin, body: { ...CONSENT, ...change } });

describe('a consent', () => {
  it('is recorded, listed and revoked, once', async () => {
    const { status, body } = await recordConsent();
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...CONSENT, revokedAt: null });
    const listed = await ask<Page<Consent>>(stack, 'GET /v1/privacy/consents', { as: scene.admin });
    expect(listed.body.items[0]).toEqual(body);
    const revoke = `POST /v1/privacy/consents/${body.id}/revoke`;
    const revoked = await ask<Consent>(stack, revoke, { as: scene.admin });
    expect(revoked.status).toBe(200);
    expect(revoked.body.revokedAt).not.toBeNull();
    expect((await ask(stack, revoke, { as: scene.admin })).status).toBe(409);
  });

  it('is revoked once also by two at the same time', async () => {
    const { body } = await recordConsent();
    const revoke = `POST /v1/privacy/consents/${body.id}/revoke`;
    const both = await Promise.all([1, 2].map(async () => ask(stack, revoke, { as: scene.admin })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('is audited, its signer beside the chain', async () => {
    const { body } = await recordConsent();
    const { body: audit } = await ask<Page<Record<string, unknown>>>(stack, `GET /v1/audit?object=consent:${body.id}`, {
      as: scene.admin,
    });
    expect(audit.items[0]).toMatchObject({
      action: 'consent.recorded',
      detail: { basis: 'school', noticeVersion: '2026-08' },
      personal: { signer: 'Superintendent' },
    });
  });

  it('opens and closes the doors of its classes', async () => {
    const { code } = scene.classroom;
    const openTo = async () => (await ask(stack, 'POST /v1/join/preview', { body: { code } })).body.openTo;
    await stack.db.updateTable('consents').set({ revoked_at: new Date() }).execute();
    expect(await openTo()).toBe('nobody');
    await recordConsent({ basis: 'parent' });
    expect(await openTo()).toBe('nobody');
    const { body } = await recordConsent();
    expect(await openTo()).toBe('everyone');
    await ask(stack, `POST /v1/privacy/consents/${body.id}/revoke`, { as: scene.admin });
    expect(await openTo()).toBe('nobody');
  });

  it('is listed by pages, each once', async () => {
    for (let made = 0; made < 5; made += 1) await recordConsent();
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await ask<Page<Consent>>(stack, `GET /v1/privacy/consents?limit=2${cursor}`, { as: scene.admin });
      seen.push(...page.body.items.map(({ id }) => id));
      cursor = page.body.nextCursor === null ? '' : `&cursor=${page.body.nextCursor}`;
    } while (cursor !== '');
    expect(new Set(seen).size).toBe(seen.length);
    const { count } = await stack.db
      .selectFrom('consents')
      .select(({ fn }) => fn.countAll().as('count'))
      .executeTakeFirstOrThrow();
    expect(seen.length).toBe(Number(count));
  });

  it.each([
    ['of no basis', { basis: 'teacher' }, 400],
    ['without a signer', { signer: ' ' }, 400],
    ['of a version that is a sentence', { noticeVersion: '<b>' }, 400],
    ['of a day that there is not', { signedOn: '2026-02-30' }, 422],
    ['of a day to come', { signedOn: '2999-01-01' }, 422],
    ['with more than it knows', { student: 'x' }, 400],
  ])('%s is refused', async (_what, change, expected) => {
    expect((await recordConsent(change)).status).toBe(expected);
  });

  it('is the district’s alone', async () => {
    for (const person of [scene.teacher, scene.principal, operator]) {
      expect((await ask(stack, 'GET /v1/privacy/consents', { as: person })).status).toBe(403);
      expect((await ask(stack, 'POST /v1/privacy/consents', { as: person, body: CONSENT })).status).toBe(403);
    }
    expect((await ask(stack, 'POST /v1/privacy/consents', { body: CONSENT })).status).toBe(401);
    expect((await ask(stack, `POST /v1/privacy/consents/${someId()}/revoke`, { as: scene.admin })).status).toBe(404);
  });
});

describe('the retention policy', () => {
  it('is public, with its version, and is not sent twice', async () => {
    const { status, body, headers } = await ask<{ version: string; classes: unknown }>(
      stack,
      'GET /v1/privacy/retention-policy',
    );
    expect(status).toBe(200);
    expect(body).toEqual({ version: POLICY.version, classes: POLICY.rules });
    const again = await ask(stack, 'GET /v1/privacy/retention-policy', {
      headers: { 'if-none-match': String(headers.etag) },
    });
    expect(again.status).toBe(304);
  });

  it('shows what was deleted by it', async () => {
    await checkIn(stack, scene.student, 40);
    await afterDays(stack, 0);
    const { body } = await ask<Page<Record<string, unknown>>>(stack, 'GET /v1/privacy/retention-runs?class=CheckIn', {
      as: operator,
    });
    expect(body.items[0]).toMatchObject({
      class: 'CheckIn',
      policyVersion: POLICY.version,
      rows: 1,
      rowsByTable: { check_ins: 1 },
    });
    expect((await ask(stack, 'GET /v1/privacy/retention-runs', { as: scene.teacher })).status).toBe(403);
  });

  it('is tried without deleting anything, and with other days', async () => {
    await checkIn(stack, scene.student, 20);
    const due = async (body: object) => {
      const answer = await ask<{ tables: { table: string; rows: number }[]; withoutPolicy: string[] }>(
        stack,
        'POST /v1/privacy/retention/preview',
        { as: scene.admin, body },
      );
      expect(answer.status).toBe(200);
      expect(answer.body.withoutPolicy).toEqual([]);
      return answer.body.tables.find(({ table }) => table === 'check_ins')?.rows;
    };
    expect(await due({})).toBe(0);
    expect(await due({ classes: [{ class: 'CheckIn', maxAgeDays: 19 }] })).toBe(1);
    expect(await due({ classes: [{ class: 'CheckIn', maxAgeDays: 19 }] })).toBe(1);
  });
});

describe('the data inventory', () => {
  it('has what routes declare, class by class', async () => {
    const { body } = await ask<Page<Record<string, unknown>>>(
      stack,
      'GET /v1/privacy/data-elements?dataClass=Audit&limit=50',
      { as: scene.admin },
    );
    expect(body.items).toContainEqual({
      element: 'items[].actor',
      description: expect.stringContaining('Who did it') as string,
      dataClass: 'Audit',
      retentionClass: 'Audit',
      takenBy: [],
      givenBy: ['GET /v1/audit'],
    });
  });

  it('has something of every route that takes or gives anything of a class', async () => {
    const routes = new Set<string>();
    let cursor = '';
    do {
      const page = await ask<Page<{ takenBy: string[]; givenBy: string[] }>>(
        stack,
        `GET /v1/privacy/data-elements?limit=50${cursor}`,
        { as: scene.admin },
      );
      for (const { takenBy, givenBy } of page.body.items) for (const each of [...takenBy, ...givenBy]) routes.add(each);
      cursor = page.body.nextCursor === null ? '' : `&cursor=${page.body.nextCursor}`;
    } while (cursor !== '');
    const silent = ROUTES.map(({ method, path }) => `${method} ${path}`).filter((each) => !routes.has(each));
    const hasFields = (schema: unknown): boolean =>
      Object.keys((schema as { properties?: object } | undefined)?.properties ?? {}).length > 0;
    const withShapes = ROUTES.filter(
      ({ schemas: { params, query, body }, answers }) =>
        [params, query, body].some(hasFields) || Object.values(answers).some(({ schema }) => hasFields(schema)),
    ).map(({ method, path }) => `${method} ${path}`);
    expect(silent.filter((each) => withShapes.includes(each))).toEqual([]);
  });
});
