/** Whatever is done to the audit, verification says which entry first does not fit. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asActor } from '@heroes/api/data/transaction.ts';
import { record } from '@heroes/api/features/audit/record.ts';
import { MOST_ENTRIES } from '@heroes/api/features/audit/verify.ts';
import { districtAdmin, faultAfter, recordOne, startUnhurried, verifyAs } from './audit-tampering.ts';
import { makePerson, type Person } from './people.ts';
import type { Stack } from './stack.ts';

let stack: Stack;
let admin: Person;

beforeAll(async () => {
  stack = await startUnhurried();
  admin = await makePerson(stack, 'district_admin');
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

describe('POST /v1/audit/verify', () => {
  let sequence: number;

  beforeAll(async () => {
    await recordOne(stack, admin);
    await recordOne(stack, admin, { detail: { number: 1 }, personal: { email: 'one@example.org' } });
    sequence = (await verifyAs(stack, admin)).head.sequence;
    await recordOne(stack, admin, { detail: { number: 2 } });
  });

  it('holds, and says how far', async () => {
    const { complete, entries, reached, head, fault } = await verifyAs(stack, admin);
    expect({ complete, fault }).toEqual({ complete: true, fault: null });
    expect(reached).toEqual(head);
    expect(entries).toBe(head.sequence);
  });

  it('finds what was changed, with what it was', async () => {
    const change = (set: string) =>
      faultAfter(stack, admin, `update audit_entries set ${set} where sequence = ${sequence}`);
    expect(await change(`actor = 'account:other'`)).toMatchObject({ sequence, reason: 'changed' });
    expect(await change(`detail = '{"number": 3}'`)).toMatchObject({ sequence, reason: 'changed' });
    expect(await change(`at = at + interval '1 millisecond'`)).toMatchObject({ sequence, reason: 'changed' });
    expect(await change(`previous_hash = '\\x00'`)).toMatchObject({ sequence, reason: 'unlinked' });
    expect(await change(`personal_digest = null`)).toMatchObject({ sequence, reason: 'changed' });
  });

  it('finds what was removed, in the middle and at the end', async () => {
    const removal = (where: string) =>
      faultAfter(stack, admin, `delete from audit_personal where ${where}; delete from audit_entries where ${where}`);
    expect(await removal(`sequence = ${sequence}`)).toMatchObject({ sequence: sequence + 1, reason: 'missing' });
    const last = (await verifyAs(stack, admin)).head.sequence + 1;
    expect(await removal('sequence = (select max(sequence) from audit_entries)')).toMatchObject({
      sequence: last,
      reason: 'cut',
    });
  });

  it('finds what was added past the head, and what changed places', async () => {
    const added = await faultAfter(
      stack,
      admin,
      `insert into audit_entries (sequence, at, actor, action, object, detail, previous_hash, hash)
      select sequence + 1, now(), 'x', 'x', 'x', '{}', hash, '\\x02' from audit_head`,
    );
    expect(added?.reason).toBe('cut');
    const [one, other] = [sequence - 1, sequence + 1];
    const both = `where sequence in (${one}, ${other})`;
    const swapped = await faultAfter(
      stack,
      admin,
      `create table two as select * from audit_entries ${both};
       delete from audit_personal ${both}; delete from audit_entries ${both};
       update two set sequence = ${one + other} - sequence;
       insert into audit_entries select * from two; drop table two`,
    );
    expect(swapped).toMatchObject({ sequence: one, reason: 'unlinked' });
  });

  it('finds personal fields that were changed, and not that they were deleted', async () => {
    const where = `where sequence = (select max(sequence) from audit_personal)`;
    expect(
      await faultAfter(stack, admin, `update audit_personal set fields = '{"email": "x"}' ${where}`),
    ).toMatchObject({ reason: 'personal' });
    expect(await faultAfter(stack, admin, `delete from audit_personal`)).toBeNull();
  });

  it('finds a chain that was made anew, by the anchors that were kept', async () => {
    const { head } = await verifyAs(stack, admin);
    const kept = await verifyAs(stack, admin, { anchors: [head] });
    expect(kept.anchors).toEqual([{ ...head, place: 'request', holds: true }]);
    const other = { ...head, hash: 'ab'.repeat(32) };
    const beyond = { ...head, sequence: head.sequence + 1_000_000 };
    expect((await verifyAs(stack, admin, { anchors: [other, beyond] })).anchors.map(({ holds }) => holds)).toEqual([
      false,
      false,
    ]);
  });

  it('goes on from where it is told', async () => {
    const first = await verifyAs(stack, admin);
    const { entries, fault } = await verifyAs(stack, admin, { after: first.reached });
    expect({ entries, fault }).toEqual({ entries: 1, fault: null });
    const wrong = await verifyAs(stack, admin, { after: { ...first.reached, hash: '00'.repeat(32) } });
    expect(wrong.fault).toMatchObject({ sequence: first.reached.sequence + 1, reason: 'unlinked' });
  });

  it('looks at a part of a long audit at a time, and comes to its end', async () => {
    const actor = districtAdmin(admin);
    for (let made = 0; made < MOST_ENTRIES; made += 1_000)
      await asActor(stack.context.db, actor, async (db) => {
        for (let each = 0; each < 1_000; each += 1) await record(db, { actor, action: 'test.many', object: 'test' });
      });
    let verdict = await verifyAs(stack, admin);
    expect(verdict.complete).toBe(false);
    for (let calls = 1; !verdict.complete; calls += 1) {
      expect(calls).toBeLessThan(20);
      verdict = await verifyAs(stack, admin, { after: verdict.reached });
    }
    expect(verdict).toMatchObject({ fault: null, reached: verdict.head });
  });

  it('is logged where it does not hold, for those who watch', async () => {
    await faultAfter(stack, admin, `update audit_entries set object = 'x' where sequence = ${sequence}`);
    const lines = stack.logged.filter((line) => line.includes('the audit does not verify'));
    expect(lines.at(-1)).toContain(`"event.reason":"changed"`);
  });
});
