/** The audit: what is recorded, that nobody can change it unseen, and who may read it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import type { Account } from '@heroes/api/access/roles.ts';
import { asActor } from '@heroes/api/data/transaction.ts';
import { record, type AuditEntry } from '@heroes/api/features/audit/record.ts';
import { bearer, makePerson, type Person } from './people.ts';
import { startStack, type Stack } from './stack.ts';

let stack: Stack;
let admin: Person;
let operator: Person;

beforeAll(async () => {
  stack = await startStack();
  admin = await makePerson(stack, 'district_admin');
  operator = await makePerson(stack, 'platform_operator');
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const actorOf = ({ accountId }: Person): Account => ({
  kind: 'account',
  accountId,
  signInId: accountId,
  grants: [{ role: 'district_admin' }],
});

/** Records an entry as a handler would. */
async function recordOne(entry: Partial<AuditEntry> = {}): Promise<void> {
  const actor = actorOf(admin);
  await asActor(stack.context.db, actor, async (db) => {
    await record(db, { actor, action: 'test.done', object: 'test', ...entry });
  });
}

interface Shown {
  readonly sequence: number;
  readonly hash: string;
}

interface Verdict {
  readonly complete: boolean;
  readonly entries: number;
  readonly reached: Shown;
  readonly head: Shown;
  readonly fault: { readonly sequence: number; readonly reason: string } | null;
  readonly anchors: readonly (Shown & { readonly place: string; readonly holds: boolean })[];
}

async function verify(body: object = {}): Promise<Verdict> {
  const answer = await stack.app.inject({
    method: 'POST',
    url: '/v1/audit/verify',
    headers: bearer(admin),
    payload: body,
  });
  expect(answer.statusCode).toBe(200);
  return answer.json();
}

async function read(person: Person, query = '') {
  const answer = await stack.app.inject({ url: `/v1/audit${query}`, headers: bearer(person) });
  return {
    status: answer.statusCode,
    ...answer.json<{ items: Record<string, unknown>[]; nextCursor: string | null }>(),
  };
}

/** Does something to the audit that its guards would refuse, as who owns the database can. */
async function tamper(statement: string): Promise<void> {
  const triggers = (verb: string) => sql.raw(`alter table audit_entries ${verb} trigger user`).execute(stack.db);
  await triggers('disable');
  await sql.raw(statement).execute(stack.db);
  await triggers('enable');
}

/** Does it, says what was found, and takes it back. */
async function faultAfter(statement: string): Promise<Verdict['fault']> {
  await sql`create table kept_entries as table audit_entries`.execute(stack.db);
  await sql`create table kept_personal as table audit_personal`.execute(stack.db);
  try {
    await tamper(statement);
    return (await verify()).fault;
  } finally {
    await tamper(`truncate audit_entries, audit_personal;
      insert into audit_entries select * from kept_entries; insert into audit_personal select * from kept_personal`);
    await sql`drop table kept_entries, kept_personal`.execute(stack.db);
    expect((await verify()).fault).toBeNull();
  }
}

describe('recording', () => {
  it('is in the transaction: what was taken back was not recorded', async () => {
    const before = (await verify()).head.sequence;
    const actor = actorOf(admin);
    const failed = asActor(stack.context.db, actor, async (db) => {
      await record(db, { actor, action: 'test.failed', object: 'test' });
      throw new Error('taken back');
    });
    await expect(failed).rejects.toThrow('taken back');
    // The verification itself was recorded.
    expect((await verify()).head.sequence).toBe(before + 1);
  });

  it('takes the lock last: one that has recorded and works on holds up nobody', async () => {
    const actor = actorOf(admin);
    await asActor(stack.context.db, actor, async (db) => {
      await record(db, { actor, action: 'test.slow', object: 'test' });
      await recordOne({ action: 'test.meanwhile' });
    });
    const { items } = await read(admin, '?limit=3');
    expect(items.map(({ action }) => action)).toEqual(['test.slow', 'test.meanwhile', 'audit.verified']);
  });

  it('chains what is recorded at once, and what one transaction records, in its order', async () => {
    const actor = actorOf(admin);
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
    expect((await verify()).fault).toBeNull();
  });

  it('keeps what JSON can hold as it was', async () => {
    const detail = { text: 'naïve 🦦 "quoted"\n', share: 0.1, big: 1e21, small: -1.5e-7, none: null, yes: true };
    await recordOne({ action: 'test.json', detail, personal: { email: 'someone@example.org' } });
    const { items } = await read(admin, '?action=test.json');
    expect(items[0]).toMatchObject({ detail, personal: { email: 'someone@example.org' } });
    expect((await verify()).fault).toBeNull();
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
    await recordOne({ personal: { email: 'someone@example.org' } });
    const counts = async (role: 'facilitator' | 'platform_operator') =>
      asActor(stack.context.db, { ...actorOf(admin), grants: [{ role }] }, async (db) => {
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

describe('POST /v1/audit/verify', () => {
  let sequence: number;

  beforeAll(async () => {
    await recordOne({ detail: { number: 1 }, personal: { email: 'one@example.org' } });
    sequence = (await verify()).head.sequence;
    await recordOne({ detail: { number: 2 } });
  });

  it('holds, and says how far', async () => {
    const { complete, entries, reached, head, fault } = await verify();
    expect({ complete, fault }).toEqual({ complete: true, fault: null });
    expect(reached).toEqual(head);
    expect(entries).toBe(head.sequence);
  });

  it('finds what was changed, with what it was', async () => {
    const change = (set: string) => faultAfter(`update audit_entries set ${set} where sequence = ${sequence}`);
    expect(await change(`actor = 'account:other'`)).toMatchObject({ sequence, reason: 'changed' });
    expect(await change(`detail = '{"number": 3}'`)).toMatchObject({ sequence, reason: 'changed' });
    expect(await change(`at = at + interval '1 millisecond'`)).toMatchObject({ sequence, reason: 'changed' });
    expect(await change(`previous_hash = '\\x00'`)).toMatchObject({ sequence, reason: 'unlinked' });
    expect(await change(`personal_digest = null`)).toMatchObject({ sequence, reason: 'changed' });
  });

  it('finds what was removed, in the middle and at the end', async () => {
    const removal = (where: string) =>
      faultAfter(`delete from audit_personal where ${where}; delete from audit_entries where ${where}`);
    expect(await removal(`sequence = ${sequence}`)).toMatchObject({ sequence: sequence + 1, reason: 'missing' });
    const last = (await verify()).head.sequence + 1;
    expect(await removal('sequence = (select max(sequence) from audit_entries)')).toMatchObject({
      sequence: last,
      reason: 'cut',
    });
  });

  it('finds what was added past the head, and what changed places', async () => {
    const added =
      await faultAfter(`insert into audit_entries (sequence, at, actor, action, object, detail, previous_hash, hash)
      select sequence + 1, now(), 'x', 'x', 'x', '{}', hash, '\\x02' from audit_head`);
    expect(added?.reason).toBe('cut');
    const swapped =
      await faultAfter(`update audit_entries a set action = b.action, object = b.object, detail = b.detail, hash = b.hash,
        previous_hash = b.previous_hash from audit_entries b
      where (a.sequence, b.sequence) in ((${sequence - 1}, ${sequence + 1}), (${sequence + 1}, ${sequence - 1}))`);
    expect(swapped).toMatchObject({ sequence: sequence - 1, reason: 'unlinked' });
  });

  it('finds personal fields that were changed, and not that they were deleted', async () => {
    const where = `where sequence = (select max(sequence) from audit_personal)`;
    expect(await faultAfter(`update audit_personal set fields = '{"email": "x"}' ${where}`)).toMatchObject({
      reason: 'personal',
    });
    expect(await faultAfter(`delete from audit_personal`)).toBeNull();
  });

  it('finds a chain that was made anew, by the anchors that were kept', async () => {
    const { head } = await verify();
    const kept = await verify({ anchors: [head] });
    expect(kept.anchors).toEqual([{ ...head, place: 'request', holds: true }]);
    const other = { ...head, hash: 'ab'.repeat(32) };
    const beyond = { ...head, sequence: head.sequence + 1_000_000 };
    expect((await verify({ anchors: [other, beyond] })).anchors.map(({ holds }) => holds)).toEqual([false, false]);
  });

  it('goes on from where it is told', async () => {
    const first = await verify();
    const { entries, fault } = await verify({ after: first.reached });
    expect({ entries, fault }).toEqual({ entries: 1, fault: null });
    const wrong = await verify({ after: { ...first.reached, hash: '00'.repeat(32) } });
    expect(wrong.fault).toMatchObject({ sequence: first.reached.sequence + 1, reason: 'unlinked' });
  });

  it('is logged where it does not hold, for those who watch', async () => {
    await faultAfter(`update audit_entries set object = 'x' where sequence = ${sequence}`);
    const lines = stack.logged.filter((line) => line.includes('the audit does not verify'));
    expect(lines.at(-1)).toContain(`"reason":"changed"`);
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
    await recordOne({ action: 'test.personal', personal: { email: 'two@example.org' } });
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
    const school = await stack.db
      .insertInto('schools')
      .values({ name: 'Audit School' })
      .returning('id')
      .executeTakeFirstOrThrow();
    for (const role of ['facilitator', 'school_admin', 'content_editor'] as const) {
      const person = await makePerson(stack, role, role === 'content_editor' ? undefined : school.id);
      expect((await read(person)).status).toBe(403);
      const head = await stack.app.inject({ url: '/v1/audit/head', headers: bearer(person) });
      expect(head.statusCode).toBe(403);
    }
    expect((await stack.app.inject({ url: '/v1/audit' })).statusCode).toBe(401);
  });
});

describe('GET /v1/audit/head', () => {
  it('is what verification reaches, and leaves no entry', async () => {
    const { head } = await verify();
    const answers = await Promise.all(
      [1, 2].map(async () => stack.app.inject({ url: '/v1/audit/head', headers: bearer(operator) })),
    );
    // The verification was recorded after the head that it looked at.
    for (const answer of answers) expect(answer.json<Shown>().sequence).toBe(head.sequence + 1);
  });
});
