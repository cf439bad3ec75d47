import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StartedNetwork } from 'testcontainers';
import { ROOT } from '../cluster/layout.ts';
import { capture } from '../cluster/progress.ts';
import { newNetwork, PASSWORDS, runJob, startPostgres, type Postgres } from './containers.ts';

const TABLES = join(ROOT, 'migrations/src/tables.ts');

let network: StartedNetwork;
let postgres: Postgres;

beforeAll(async () => {
  network = await newNetwork();
  postgres = await startPostgres(network);
  await runJob(network, 'migrate');
});

afterAll(async () => {
  await postgres.container.stop();
  await network.stop();
});

it('the table types are those of the migrated database (UPDATE=1 writes them)', async () => {
  const address = `127.0.0.1:${postgres.container.getMappedPort(5432)}`;
  const url = `postgres://postgres:${PASSWORDS.superuser}@${address}/heroes`;
  const flags = ['--dialect=postgres', `--url=${url}`, '--exclude-pattern=kysely_*', '--print'];
  const generated = await capture([join(ROOT, 'node_modules/.bin/kysely-codegen'), ...flags]);
  const prettier = [join(ROOT, 'node_modules/.bin/prettier'), '--stdin-filepath', TABLES] as const;
  const types = await capture(prettier, { cwd: ROOT, input: generated.slice(generated.indexOf('/**')) });
  if (process.env.UPDATE === '1') writeFileSync(TABLES, types);
  expect(readFileSync(TABLES, 'utf8').trim()).toBe(types.trim());
});
