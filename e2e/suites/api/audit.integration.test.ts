/** The audit: what is recorded, that nobody can change it, and who may read it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { asActor } from '@heroes/api/data/transaction.ts';
import { record } from '@heroes/api/features/audit/record.ts';
import { districtAdmin, recordOne, startUnhurried, verifyAs, type ShownHead } from './audit-tampering.ts';
import { bearer, makePerson, makeSchool, type Person } from './people.ts';
import type { Stack } from './stack.ts';

let stack: Stack;
let admin: Person;
let operator: Person;

beforeAll(async () => {
  stack = await startUnhurried();
  admin = await makePerson(stack, 'district_admin');
  operator = await makePerson(stack, 'platform_operator');
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

async function read(person: Person, query = '') {
  const answer = await stack.app.inject({ url: `/v1/audit${query}`, headers: bearer(person) });
  return {
    status: answer.statusCode,
    ...answer.json<{ items: Record<string, unknown>[]; nextCursor: string | null }>(),
  };
}

describe('recording', () => {
  it('is in the transaction: what was taken back was not recorded', async () => {
    const before = (await verifyAs(stack, admin)).head.sequence;
    const actor = districtAdmin(admin);
    const failed = asActor(stack.context.db, actor, async (db) => {
      await record(db, { actor, action: 'test.failed', object: 'test' });
      throw new Error('taken back');
    });
    await expect(failed).rejects.toThrow('taken back');
    // The verification itself was recorded.
    expect((await verifyAs(stack, admin)).head.sequence).toBe(before + 1);
  });

  it('takes the lock last: one that has recorded and works on holds up nobody', async () => {
    const actor = districtAdmin(admin);
    await asActor(stack.context.db, actor, async (db) => {
      await record(db, { actor, action: 'test.slow', object: 'test' });
      await recordOne(stack, admin, { action: 'test.meanwhile' });
    });
    const { items } = await read(admin, '?limit=3');
    expect(items.map(({ action }) => action)).toEqual(['test.slow', 'test.meanwhile', 'audit.verified']);
  });

  it('chains what is recorded at once, and what one transaction records, in its order', async () => {
    const actor = districtAdmin(admin);
    const many = Array.from({ length: 20 }, async (_, index) =>
      asActor(stack.context.db, actor, async (db) => {
        for (const part of [1, 2])
          await record(db, { actor, action: 'test.many', object: 'test', detail: { index, part } });
      }),
    );
    await Promise.all(many);
    const { items } = await read(admin, '?action=test.many&limit=50');
    expect(items).toHaveLength(40);
    const pairs = items.toReversed().map(({ detail }) => detail as { index: number; part: number });
    for (let at = 0; at < pairs.length; at += 2) {
      expect(pairs[at]).toEqual({ index: pairs[at + 1]?.index, part: 1 });
    }
    expect((await verifyAs(stack, admin)).fault).toBeNull();
  });

  it('keeps what JSON can hold as it was', async () => {
    const detail = { text: 'naïve 🦦 "quoted"\n', share: 0.1, big: 1e21, small: -1.5e-7, none: null, yes: true };
    await recordOne(stack, admin, { action: 'test.json', detail, personal: { email: 'someone@example.org' } });
    const { items } = await read(admin, '?action=test.json');
    expect(items[0]).toMatchObject({ detail, personal: { email: 'someone@example.org' } });
    expect((await verifyAs(stack, admin)).fault).toBeNull();
  });
});

describe('the guards', () => {
  const api = async (statement: string): Promise<unknown> =>
    asActor(stack.context.db, { kind: 'worker' }, async (db) => sql.raw(statement).execute(db));

  it.each([
    ['changes an entry', `update audit_entries set action = 'x'`],
    ['deletes an entry', `delete from audit_entries`],
    ['empties it', `truncate audit_entries cascade`],
    ['changes personal fields', `update audit_personal set fields = '{}'`],
    ['moves the head', `update audit_head set sequence = 0`],
    ['deletes the head', `delete from audit_head`],
    ['makes an anchor', `insert into audit_anchors (sequence, hash, place) values (1, '', 'x')`],
    [
      'makes evidence of deletion',
      `insert into retention_runs (class, policy_version, cutoff) values ('x', 'x', now())`,
    ],
    ['deletes a rights request', `delete from rights_requests`],
    ['deletes a consent', `delete from consents`],
  ])('let nobody of the API who %s', async (_what, statement) => {
    await expect(api(statement)).rejects.toThrow('permission denied');
  });

  it('stand when PostgreSQL starts again, which ensures what the API may do', async () => {
    const ensure = 'psql --no-psqlrc --quiet --username=postgres --file=/usr/local/share/heroes-postgres/ensure.sql';
    const { exitCode } = await stack.postgres.container.exec(['sh', '-c', ensure]);
    expect(exitCode).toBe(0);
    await expect(api(`update audit_entries set action = 'x'`)).rejects.toThrow('permission denied');
    await expect(api(`delete from consents`)).rejects.toThrow('permission denied');
  });

  it.each([
    ['changes', `update audit_entries set action = 'x'`],
    ['deletes', `delete from audit_entries`],
    ['empties', `truncate audit_entries cascade`],
  ])('stop even the owner who %s by mistake', async (_what, statement) => {
    await expect(sql.raw(statement).execute(stack.db)).rejects.toThrow('append-only');
  });

  it('take only what follows the head', async () => {
    const row = (sequence: string, previous: string) =>
      `insert into audit_entries (sequence, at, actor, action, object, detail, previous_hash, hash)
       select ${sequence}, now(), 'x', 'x', 'x', '{}', ${previous}, '\\x01' from audit_head`;
    await expect(api(row('sequence + 2', 'hash'))).rejects.toThrow('does not follow');
    await expect(api(row('sequence', 'hash'))).rejects.toThrow('does not follow');
    await expect(api(row('sequence + 1', `'\\x00'`))).rejects.toThrow('does not follow');
  });

  it('hide it by row from whom it is not for', async () => {
    await recordOne(stack, admin, { personal: { email: 'someone@example.org' } });
    const counts = async (role: 'facilitator' | 'platform_operator') =>
      asActor(stack.context.db, { ...districtAdmin(admin), grants: [{ role }] }, async (db) => {
        const { rows } = await sql<{ entries: string; personal: string }>`
          select (select count(*) from audit_entries) as entries, (select count(*) from audit_personal) as personal`.execute(
          db,
        );
        return { entries: Number(rows[0]?.entries), personal: Number(rows[0]?.personal) };
      });
    expect(await counts('facilitator')).toEqual({ entries: 0, personal: 0 });
    const seen = await counts('platform_operator');
    expect(seen.entries).toBeGreaterThan(0);
    expect(seen.personal).toBe(0);
  });
});

describe('GET /v1/audit', () => {
  it('is read by pages, each entry once, the newest first', async () => {
    const first = await read(admin, '?limit=3');
    const second = await read(admin, `?limit=3&cursor=${first.nextCursor}`);
    const sequences = [...first.items, ...second.items].map((each) => each.sequence as number);
    const newest = sequences[0] ?? 0;
    expect(sequences).toEqual([0, 1, 2, 3, 4, 5].map((back) => newest - back));
  });

  it('records who read it, and what was asked', async () => {
    await read(operator, `?object=test&actor=account:${admin.accountId}`);
    const { items } = await read(admin, `?action=audit.read&limit=1&actor=account:${operator.accountId}`);
    expect(items[0]).toMatchObject({
      actor: `account:${operator.accountId}`,
      detail: { object: 'test', actor: `account:${admin.accountId}` },
    });
  });

  it('shows personal fields to the district alone', async () => {
    await recordOne(stack, admin, { action: 'test.personal', personal: { email: 'two@example.org' } });
    expect((await read(admin, '?action=test.personal')).items[0]?.personal).toEqual({ email: 'two@example.org' });
    expect((await read(operator, '?action=test.personal')).items[0]?.personal).toBeNull();
  });

  it('is filtered by time', async () => {
    const { items } = await read(admin, '?limit=1');
    const at = String(items[0]?.at);
    expect((await read(admin, `?to=${at}`)).items.map((each) => each.sequence)).not.toContain(items[0]?.sequence);
    expect((await read(admin, `?from=${at}`)).items.map((each) => each.sequence)).toContain(items[0]?.sequence);
  });

  it.each([
    ['a name for an object', '?object=Jane%20Doe'],
    ['a time that is none', '?from=2016-12-31T23:59:60Z'],
    ['a cursor of another list', `?cursor=${Buffer.from('["lessons",1]').toString('base64url')}`],
    ['a filter that it does not know', '?email=x'],
    ['a page that is too long', '?limit=51'],
  ])('refuses %s', async (_what, query) => {
    expect((await read(admin, query)).status).toBe(400);
  });

  it('is for the district and for who runs the platform', async () => {
    const schoolId = await makeSchool(stack);
    for (const role of ['facilitator', 'school_admin', 'content_editor'] as const) {
      const person = await makePerson(stack, role, role === 'content_editor' ? undefined : schoolId);
      expect((await read(person)).status).toBe(403);
      const head = await stack.app.inject({ url: '/v1/audit/head', headers: bearer(person) });
      expect(head.statusCode).toBe(403);
    }
    expect((await stack.app.inject({ url: '/v1/audit' })).statusCode).toBe(401);
  });
});

describe('GET /v1/audit/head', () => {
  it('is what verification reaches, and leaves no entry', async () => {
    const { head } = await verifyAs(stack, admin);
    const answers = await Promise.all(
      [1, 2].map(async () => stack.app.inject({ url: '/v1/audit/head', headers: bearer(operator) })),
    );
    // The verification was recorded after the head that it looked at.
    for (const answer of answers) expect(answer.json<ShownHead>().sequence).toBe(head.sequence + 1);
  });
});
