/**
 * The first people of a district, by the commands of the README; and the work on a clock, by its images: each job ends, and what
 * it did can be seen where those who ask for it look.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KUBECONFIG, ROOT, WORKSPACE } from '../cluster/layout.ts';
import { eventually, finish, forward, get, kube, list, runCronJob, type Forwarded } from './kube.ts';
import { NAME, SmallDistrict } from './small-district.ts';

const NS = 'jobs';
const district = new SmallDistrict(NS);
const EXAMPLE = { api: 'http://127.0.0.1:28080', name: 'grand-bend' };

let forwarded: Forwarded;
/** Of the administrator that the README's commands have made. */
let token: string;

beforeAll(async () => {
  await district.create();
  forwarded = await forward(NS, `service/${NAME}-api`);
});

afterAll(async () => {
  await forwarded.end();
  await district.remove();
});

const environment = { ...process.env, KUBECONFIG, PATH: `${join(WORKSPACE, 'bin')}:${process.env.PATH ?? ''}` };
const execute = async (program: string, args: readonly string[]) =>
  promisify(execFile)(program, args, { env: environment, cwd: ROOT });

const verify = async () => {
  const command = `printf %s "$1" | npx kubectl-heroes audit verify ${NAME} -n ${NS} --token-file -`;
  return execute('bash', ['-euo', 'pipefail', '-c', command, 'verify', token]);
};

/** @returns the commands under a heading of the README, for the district of this test. */
function commandsUnder(heading: string): string {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const section = readme.slice(readme.indexOf(`## ${heading}\n`));
  const commands = /^```\n(.*?)^```$/ms.exec(section)?.[1];
  if (commands === undefined) throw new Error(`the README has no commands under ${heading}`);
  return commands
    .replaceAll(EXAMPLE.api, forwarded.url)
    .replaceAll(`-n ${EXAMPLE.name} `, `-n ${NS} `)
    .replaceAll(`${EXAMPLE.name}-credentials`, `${NAME}-credentials`);
}

interface Status {
  readonly retention?: Readonly<Record<'lastSuccessTime' | 'policyVersion', string>> & { readonly rows: number };
  readonly audit?: { readonly sequence: number; readonly hash: string };
  readonly backup?: Readonly<Record<string, string>>;
}

const statusOf = async (): Promise<Status> => (await get<{ status: Status }>(NS, 'hp', NAME)).status;
const asked = async (path: string) => (await district.ask(path, { token })).body;

describe('the first people', () => {
  it('are made by the commands of the README', async () => {
    const script = `${commandsUnder('The first people')}\necho; echo "$TOKEN"`;
    const { stdout } = await execute('bash', ['-euo', 'pipefail', '-c', script]);
    const answers = stdout.trim().split('\n');
    token = answers.at(-1) ?? '';
    expect(stdout).toMatch(/"alias":"\w+ \w+/);
    const account = await asked('/v1/me/account');
    expect(account).toMatchObject({ email: 'ada@district.example' });
  });
});

describe('migrations', () => {
  it('brought the new database to its end in one Job', async () => {
    const jobs = await list(NS, 'job', 'app.kubernetes.io/component=migrate');
    expect(jobs.map(({ status }) => status)).toEqual([expect.objectContaining({ succeeded: 1 })]);
    const { release } = (await get<{ status: { release: object } }>(NS, 'hp', NAME)).status;
    expect(release).toEqual(expect.not.objectContaining({ pendingContract: true }));
  });

  it('in the phase that contracts do nothing where nothing is left', async () => {
    const [job] = await list(NS, 'job', 'app.kubernetes.io/component=migrate');
    const spec = structuredClone(job?.spec) as { template: { metadata: object; spec: { containers: Container[] } } };
    const [container] = spec.template.spec.containers;
    const env = container?.env.map((each) => (each.name === 'MIGRATION_PHASE' ? { ...each, value: 'contract' } : each));
    const template = {
      ...spec.template,
      metadata: {},
      spec: { ...spec.template.spec, containers: [{ ...container, env }] },
    };
    const words = await finish(NS, { name: 'contract', spec: { backoffLimit: 0, template } });
    expect(words).toEqual({ ran: [], left: [] });
  });
});

interface Container {
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}

describe('work on a clock', () => {
  it('backup: an archive, and the status names it', async () => {
    await runCronJob(NS, `${NAME}-backup`);
    await eventually(async () => {
      const { backup } = await statusOf();
      expect(backup).toMatchObject({ lastArchive: expect.stringMatching(/^heroes-.*\.dump$/) as string });
    });
  });

  it('refresh: the class is counted, and its analytics say as of when', async () => {
    const words = await runCronJob(NS, `${NAME}-refresh`);
    expect(words).toMatchObject({ classrooms: 1, refreshedAt: expect.any(String) as string });
    expect(await asked('/v1/district/analytics')).toMatchObject({
      classrooms: { counted: 0, withheld: 1 },
      refreshedAt: words.refreshedAt,
    });
  });

  it('retention: evidence of each class, and the status says how much', async () => {
    const words = await runCronJob(NS, `${NAME}-retention`);
    expect(words).toMatchObject({ skipped: [] });
    const { items } = (await asked('/v1/privacy/retention-runs')) as {
      items: { class: string; finishedAt: string | null }[];
    };
    expect(items.map((run) => run.class).sort()).toEqual(
      (words.classes as { class: string }[]).map((each) => each.class).sort(),
    );
    expect(items.every(({ finishedAt }) => finishedAt !== null)).toBe(true);
    await eventually(async () => {
      const { retention } = await statusOf();
      expect(retention).toMatchObject({ policyVersion: words.policyVersion, rows: expect.any(Number) as number });
    });
  });

  it('audit: its end is kept in the status, and it is proved against it', async () => {
    const { anchor } = (await runCronJob(NS, `${NAME}-audit`)) as { anchor: { sequence: number; hash: string } };
    expect(anchor.sequence).toBeGreaterThan(0);
    await eventually(async () => {
      expect((await statusOf()).audit).toMatchObject({ sequence: anchor.sequence, hash: anchor.hash });
    });
    const { stdout } = await verify();
    expect(stdout).toContain('entries hold');
    expect(stdout).toMatch(/1 of 1 noted ends are in it|2 of 2 noted ends are in it/);
  });

  it('audit: an entry that is changed is found', async () => {
    // Past the trigger that lets nobody change it, as one could who holds the machine.
    const sql =
      "set session_replication_role = replica; update audit_entries set action = 'nothing.done' where sequence = 1";
    const psql = ['psql', '-U', 'postgres', '-d', 'heroes', '-v', 'ON_ERROR_STOP=1', '-c', sql];
    await kube(['exec', '-n', NS, `${NAME}-postgres-0`, '--', ...psql]);
    const stdout = expect.stringContaining('Entry 1 does not fit') as string;
    await expect(verify()).rejects.toMatchObject({ code: 1, stdout });
  });
});
