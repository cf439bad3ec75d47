/** The product's containers, wired as its pods are, on one Docker network. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GenericContainer, Network, Wait, type StartedNetwork, type StartedTestContainer } from 'testcontainers';
import { pgbouncerIni } from '@heroes/operator/features/pooler/render.ts';
import { parsePlatform } from '@heroes/crds/validate.ts';
import { valkeyConf } from '@heroes/operator/features/cache/render.ts';
import { postgresConf } from '@heroes/operator/features/database/render.ts';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { capture } from '../cluster/progress.ts';

const version = (): string => process.env.HEROES_IMAGE_VERSION ?? 'none';
export const image = (name: string): string => `heroes-${name}:${version()}`;

/** A platform with nothing but what must be given. @throws Error when the schema refuses it. */
export function platformNamed(name: string): HeroesPlatform {
  const parsed = parsePlatform({
    apiVersion: 'heroesinwaiting.com/v1alpha1',
    kind: 'HeroesPlatform',
    metadata: { name, namespace: 'test' },
    spec: { district: { displayName: 'Test', timeZone: 'UTC' }, release: { version: '0.1.0' } },
  });
  if (!parsed.ok) throw new Error(parsed.faults.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return parsed.platform;
}

export const PLATFORM = platformNamed('test');

/** @returns pgbouncer.ini of the release that is built here. */
export const poolerSettings = (serverConnections: number): string =>
  pgbouncerIni(PLATFORM, { version: packageJson.version, serverConnections });

export const PASSWORDS = {
  superuser: 'superuser-secret',
  owner: 'owner-secret',
  api: 'api-secret',
  backup: 'backup-secret',
};

export interface Postgres {
  readonly container: StartedTestContainer;
  /** Runs SQL as the superuser through the socket. @returns its rows, unaligned. @throws Error when it fails. */
  readonly sql: (statement: string, database?: string) => Promise<string>;
}

/** A folder that the images' user may write. */
export function sharedFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heroes-shared-'));
  chmodSync(folder, 0o777);
  return folder;
}

/** Removes a folder of {@link sharedFolder}. */
export const removeFolder = (folder: string): void => {
  rmSync(folder, { recursive: true, force: true });
};

export async function startPostgres(
  network: StartedNetwork,
  options: { data?: string; backups?: string; passwords?: typeof PASSWORDS } = {},
): Promise<Postgres> {
  const passwords = options.passwords ?? PASSWORDS;
  const binds = [
    ...(options.data === undefined ? [] : [{ source: options.data, target: '/data' }]),
    ...(options.backups === undefined ? [] : [{ source: options.backups, target: '/backups' }]),
  ];
  const container = await new GenericContainer(image('postgres'))
    .withNetwork(network)
    .withNetworkAliases('test-postgres')
    .withBindMounts(binds)
    .withCopyContentToContainer([
      { content: postgresConf(PLATFORM), target: '/etc/heroes/postgres.conf' },
      ...Object.entries(passwords).map(([role, content]) => ({
        content,
        target: `/etc/heroes/credentials/${role}-password`,
      })),
    ])
    .withExposedPorts(5432)
    .withWaitStrategy(Wait.forSuccessfulCommand('pg_isready -q -h 127.0.0.1'))
    .start();
  const sql = async (statement: string, database = 'heroes'): Promise<string> => {
    const argv = ['psql', '-U', 'postgres', '-d', database, '-v', 'ON_ERROR_STOP=1', '-Atc', statement];
    const { exitCode, output } = await container.exec(argv);
    if (exitCode !== 0) throw new Error(output);
    return output.trim();
  };
  return { container, sql };
}

/** Runs a job to its end. @returns its exit code and its log. */
export async function runJob(
  network: StartedNetwork,
  command: 'migrate' | 'backup',
  { env = {}, backups }: { env?: Record<string, string>; backups?: string } = {},
): Promise<{ exitCode: number; log: string; words: string }> {
  const role = command === 'migrate' ? 'owner' : 'backup';
  const folder = sharedFolder();
  const lines: string[] = [];
  const binds = backups === undefined ? [] : [{ source: backups, target: '/backups' }];
  const container = await new GenericContainer(image('jobs'))
    .withNetwork(network)
    .withCommand([command])
    .withEnvironment({
      DATABASE_HOST: 'test-postgres',
      DATABASE_USER: `heroes_${role}`,
      DATABASE_PASSWORD: PASSWORDS[role],
      TERMINATION_LOG: '/words/last',
      ...env,
    })
    .withBindMounts([{ source: folder, target: '/words' }, ...binds])
    .withLogConsumer((stream) => stream.on('data', (line: Buffer) => lines.push(line.toString())))
    // The job is over when Docker says so, whatever its exit code.
    .withWaitStrategy(Wait.forLogMessage(/./))
    .start();
  const exitCode = Number(await capture(['docker', 'wait', container.getId()]));
  const last = join(folder, 'last');
  const words = existsSync(last) ? readFileSync(last, 'utf8') : '';
  await container.stop();
  removeFolder(folder);
  return { exitCode, log: lines.join(''), words };
}

export interface Api {
  readonly url: string;
  readonly container: StartedTestContainer;
  readonly pooler: StartedTestContainer;
  readonly cache: StartedTestContainer;
}

export const CACHE_PASSWORD = 'cache-secret';

export const startCache = async (network: StartedNetwork): Promise<StartedTestContainer> =>
  new GenericContainer(image('cache'))
    .withNetwork(network)
    .withNetworkAliases('test-cache')
    .withExposedPorts(6379)
    .withCopyContentToContainer([
      { content: valkeyConf(PLATFORM), target: '/etc/valkey/valkey.conf' },
      { content: `requirepass ${CACHE_PASSWORD}\n`, target: '/etc/heroes/cache-auth/auth.conf' },
    ])
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
    .start();

/** Where a pod's PgBouncer finds its settings. */
export const POOLER_SETTINGS = '/etc/pgbouncer/pgbouncer.ini';

/** @returns the same settings, for a PgBouncer that this process reaches; in a pod only its own containers do. */
export const openPoolerSettings = (serverConnections: number): string =>
  poolerSettings(serverConnections).replace('listen_addr = 127.0.0.1', 'listen_addr = 0.0.0.0');

/** @param ports - of its network namespace, that this process reaches */
export const startPooler = async (
  network: StartedNetwork,
  { settings, ports }: { readonly settings: string; readonly ports: readonly number[] },
): Promise<StartedTestContainer> =>
  new GenericContainer(image('pgbouncer'))
    .withNetwork(network)
    .withExposedPorts(...ports)
    .withCopyContentToContainer([
      { content: settings, target: POOLER_SETTINGS },
      { content: `"heroes_api" "${PASSWORDS.api}"\n`, target: '/etc/pgbouncer-auth/userlist.txt' },
    ])
    .withWaitStrategy(Wait.forLogMessage(/process up/))
    .start();

export type ApiPod = Omit<Api, 'cache'>;

/** Starts an API with its PgBouncer in one network namespace, as in a pod, beside a cache that is there. */
export async function startApiPod(network: StartedNetwork, env: Record<string, string> = {}): Promise<ApiPod> {
  const pooler = await startPooler(network, { settings: poolerSettings(4), ports: [8080] });
  const container = await new GenericContainer(image('api'))
    .withNetworkMode(`container:${pooler.getId()}`)
    .withEnvironment({
      DATABASE_PASSWORD: PASSWORDS.api,
      CACHE_HOST: 'test-cache',
      CACHE_PASSWORD,
      TOKEN_SECRET: 'a secret that signs tokens, long enough',
      SERVICE_VERSION: '0.1.0-test',
      DRAIN_SECONDS: '1',
      ...env,
    })
    .withWaitStrategy(Wait.forLogMessage(/Server listening/))
    .start();
  return { url: `http://127.0.0.1:${pooler.getMappedPort(8080)}`, container, pooler };
}

/** Starts the cache, and an API pod. */
export async function startApi(network: StartedNetwork, env: Record<string, string> = {}): Promise<Api> {
  const cache = await startCache(network);
  return { ...(await startApiPod(network, env)), cache };
}

export const newNetwork = async (): Promise<StartedNetwork> => new Network().start();
