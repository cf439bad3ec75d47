/** The jobs `retention` and `anchor-audit` as processes: their settings, their last words, their exit codes. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { $ } from 'zx';
import { KEPT_CLASSES } from '@heroes/migrations/retention.ts';
import { ROOT } from '../../cluster/layout.ts';
import { PASSWORDS, removeFolder, sharedFolder } from '../containers.ts';
import { recordOne, startUnhurried, tamper, verifyAs } from './audit-tampering.ts';
import { makePerson, type Person } from './people.ts';
import { POLICY, RULES } from './retention-run.ts';
import type { Stack } from './stack.ts';

let stack: Stack;
let admin: Person;
let folder: string;

beforeAll(async () => {
  stack = await startUnhurried();
  admin = await makePerson(stack, 'district_admin');
  folder = sharedFolder();
});

afterAll(async () => {
  removeFolder(folder);
  await stack[Symbol.asyncDispose]();
});

beforeEach(() => {
  rmSync(join(folder, 'words'), { force: true });
});

interface Ended {
  readonly exitCode: number | null;
  readonly words: unknown;
}

async function run(command: string, settings: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const env = {
    PATH: process.env.PATH ?? '',
    DATABASE_HOST: '127.0.0.1',
    DATABASE_PORT: String(stack.postgres.container.getMappedPort(5432)),
    DATABASE_NAME: stack.context.config.DATABASE_NAME,
    DATABASE_USER: 'heroes_owner',
    DATABASE_PASSWORD: PASSWORDS.owner,
    TERMINATION_LOG: join(folder, 'words'),
    ...settings,
  };
  const main = join(ROOT, 'services/jobs/src/main.ts');
  const { exitCode } = await $({ env, quiet: true, nothrow: true })`${process.execPath} ${main} ${command}`;
  const words: unknown = existsSync(join(folder, 'words'))
    ? JSON.parse(readFileSync(join(folder, 'words'), 'utf8'))
    : undefined;
  return { exitCode, words };
}

describe('retention', () => {
  it('leaves as its last words what it did', async () => {
    const { exitCode, words } = await run('retention', { RETENTION_POLICY: JSON.stringify(RULES) });
    expect(exitCode).toBe(0);
    expect(words).toMatchObject({ policyVersion: POLICY.version, skipped: [] });
    const { classes } = words as { classes: { class: string }[] };
    expect(classes.map((each) => each.class)).toEqual([...KEPT_CLASSES]);
  });

  it.each([
    ['without a policy', {}, 'RETENTION_POLICY'],
    ['with what is none', { RETENTION_POLICY: '[{"class":"CheckIn"}]' }, 'RETENTION_POLICY: /0'],
  ])('does nothing %s, and says why', async (_what, settings, why) => {
    const before = await stack.db.selectFrom('retention_runs').select('id').execute();
    const { exitCode, words } = await run('retention', settings);
    expect(exitCode).toBe(1);
    expect((words as { error: string }).error).toContain(why);
    expect(await stack.db.selectFrom('retention_runs').select('id').execute()).toHaveLength(before.length);
  });
});

describe('anchor-audit', () => {
  it('leaves the end of the audit as its last words', async () => {
    await recordOne(stack, admin);
    const { exitCode, words } = await run('anchor-audit');
    expect(exitCode).toBe(0);
    const { anchor } = words as { anchor: { sequence: number; hash: string; at: string } };
    expect(anchor.at).toMatch(/^\d{4}-\d\d-\d\dT/);
    const { anchors } = await verifyAs(stack, admin, { anchors: [{ sequence: anchor.sequence, hash: anchor.hash }] });
    expect(anchors.map(({ holds }) => holds)).toEqual([true, true]);
  });

  it('fails on an audit that was cut, and says what to do', async () => {
    await recordOne(stack, admin);
    await tamper(stack, 'create table cut as select * from audit_entries order by sequence desc limit 1');
    await tamper(stack, 'delete from audit_entries where sequence = (select sequence from cut)');
    const { exitCode, words } = await run('anchor-audit');
    await tamper(stack, 'insert into audit_entries select * from cut; drop table cut');
    expect(exitCode).toBe(1);
    expect((words as { error: string }).error).toContain('kubectl heroes audit verify');
    expect((await run('anchor-audit')).exitCode).toBe(0);
  });
});
