import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartedNetwork } from 'testcontainers';
import {
  newNetwork,
  PASSWORDS,
  removeFolder,
  runJob,
  sharedFolder,
  startPostgres,
  type Postgres,
} from './containers.ts';

let network: StartedNetwork;
let postgres: Postgres;
const data = sharedFolder();
const backups = sharedFolder();

beforeAll(async () => {
  network = await newNetwork();
  postgres = await startPostgres(network, { data, backups });
  await runJob(network, 'migrate');
  await postgres.sql(
    "insert into classrooms (code, grade_level, expires_at) values ('ABCDEFGH', 5, now() + interval '1 day')",
  );
});

afterAll(async () => {
  await postgres.container.stop();
  await network.stop();
  removeFolder(data);
  removeFolder(backups);
});

describe('backup', () => {
  it('writes an archive that restores into an empty database', async () => {
    const { exitCode, words } = await runJob(network, 'backup', { backups });
    expect(exitCode).toBe(0);
    const outcome = JSON.parse(words) as { archive: string; sha256: string; tables: number };
    expect(readdirSync(backups).sort()).toEqual([outcome.archive, `${outcome.archive}.sha256`]);
    const check = await postgres.container.exec(['sh', '-c', 'cd /backups && sha256sum -c *.sha256']);
    expect(check.output).toContain(`${outcome.archive}: OK`);
    await postgres.sql('create database restored', 'postgres');
    const restore = await postgres.container.exec([
      'pg_restore',
      '-U',
      'postgres',
      '-d',
      'restored',
      '--exit-on-error',
      // Views are filled as their owner, whom the rows' security holds too: without this PostgreSQL refuses instead of filling none.
      '--enable-row-security',
      `/backups/${outcome.archive}`,
    ]);
    expect(restore).toMatchObject({ exitCode: 0, stderr: '' });
    for (const table of ['lessons', 'classrooms', 'student_sessions', 'lesson_progress']) {
      const rows = `select md5(string_agg(t::text, '' order by t::text)) from ${table} t`;
      expect(await postgres.sql(rows, 'restored')).toBe(await postgres.sql(rows));
    }
  });

  it('fails aloud and keeps the archive that it has when the database is away', async () => {
    const before = readdirSync(backups);
    const { exitCode, words } = await runJob(network, 'backup', { backups, env: { DATABASE_HOST: 'nowhere' } });
    expect(exitCode).toBe(1);
    expect(JSON.parse(words)).toMatchObject({ error: expect.stringContaining('pg_dump') as string });
    expect(readdirSync(backups)).toEqual(before);
  });
});

describe('postgres', () => {
  it('opens an old volume with the passwords of a new Secret', async () => {
    const rows = await postgres.sql('select count(*) from classrooms');
    await postgres.container.stop();
    const passwords = { superuser: 'new-1', owner: 'new-2', api: 'new-3', backup: 'new-4' };
    postgres = await startPostgres(network, { data, backups, passwords });
    expect(await postgres.sql('select count(*) from classrooms')).toBe(rows);
    const login = async (password: string) => {
      const { exitCode } = await postgres.container.exec(
        ['psql', '-h', '127.0.0.1', '-U', 'heroes_api', '-d', 'heroes', '-c', 'select 1'],
        { env: { PGPASSWORD: password } },
      );
      return exitCode;
    };
    expect(await login('new-3')).toBe(0);
    expect(await login(PASSWORDS.api)).not.toBe(0);
  });

  it('gives the API its rows, and nothing else', async () => {
    const asApi = async (statement: string) =>
      (
        await postgres.container.exec(
          ['psql', '-h', '127.0.0.1', '-U', 'heroes_api', '-d', 'heroes', '-c', statement],
          { env: { PGPASSWORD: 'new-3' } },
        )
      ).exitCode;
    expect(await asApi('select count(*) from lessons')).toBe(0);
    expect(await asApi('drop table lessons')).not.toBe(0);
    expect(await asApi('create table mine (a int)')).not.toBe(0);
    expect(await asApi('alter role heroes_api superuser')).not.toBe(0);
  });
});
