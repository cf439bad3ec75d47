/** One pod of the API as it is shipped, by the defaults of the custom resource, with the database and the cache that it asks. */
import type { Kysely } from 'kysely';
import { GenericContainer, Wait, type StartedNetwork, type StartedTestContainer } from 'testcontainers';
import { migrate } from '@heroes/migrations/migrator.ts';
import { seedCurriculum } from '@heroes/migrations/curriculum/seed.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import { valkeyConf } from '@heroes/operator/features/cache/render.ts';
import { decideCapacity } from '@heroes/operator/features/capacity/decide.ts';
import { poolerSidecar } from '@heroes/operator/features/pooler/render.ts';
import { quantityValue } from '@heroes/operator/platform/quantity.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { capture } from '../../cluster/progress.ts';
import {
  image,
  newNetwork,
  PASSWORDS,
  PLATFORM,
  poolerSettings,
  startPostgres,
  type Postgres,
} from '../../suites/containers.ts';
import { openAsOwner } from '../../suites/api/stack.ts';

export const SECRETS = {
  CACHE_PASSWORD: 'cache-secret',
  TOKEN_SECRET: 'a secret that seals things, long enough',
} as const;

export interface Pod extends AsyncDisposable {
  readonly network: StartedNetwork;
  readonly postgres: Postgres;
  readonly cache: StartedTestContainer;
  readonly pooler: StartedTestContainer;
  readonly api: StartedTestContainer;
  /** Of the pod itself: a process whose network its containers share. */
  readonly pid: number;
  readonly port: number;
  /** As the owner of the tables. */
  readonly db: Kysely<DB>;
  /** Starts another container in the pod. */
  readonly join: (container: GenericContainer) => Promise<StartedTestContainer>;
}

const PORT = 8080;

interface Limits {
  readonly cpu?: string;
  readonly memory?: string;
}

/** @returns the first process of a container; containers' processes are seen by this machine's others. */
export const pidOf = async (container: StartedTestContainer): Promise<number> =>
  Number(await capture(['docker', 'inspect', '--format', '{{.State.Pid}}', container.getId()]));

/** @returns what Docker calls them: cores, and gibibytes. */
const quota = ({ cpu, memory }: Limits) => ({
  ...(cpu === undefined ? {} : { cpu: quantityValue(cpu) }),
  ...(memory === undefined ? {} : { memory: quantityValue(memory) / 2 ** 30 }),
});

/** Starts a pod, migrated and with the curriculum. Disposing of it stops everything. */
export async function startPod(): Promise<Pod> {
  await using opened = new AsyncDisposableStack();
  const stop = async (each: { stop: () => Promise<unknown> }): Promise<void> => {
    await each.stop();
  };
  const network = opened.adopt(await newNetwork(), stop);
  const postgres = await startPostgres(network);
  opened.defer(async () => stop(postgres.container));
  const db = openAsOwner(postgres);
  opened.defer(async () => db.destroy());
  await migrate(db);
  await seedCurriculum(db);
  const cache = opened.adopt(await startCache(network), stop);
  const holder = opened.adopt(await startHolder(network), stop);
  const join: Pod['join'] = async (container) =>
    opened.adopt(await container.withNetworkMode(`container:${holder.getId()}`).start(), stop);
  const pooler = await join(poolerContainer());
  const api = await join(apiContainer());
  const pid = await pidOf(holder);
  const parts = opened.move();
  return {
    ...{ network, postgres, cache, pooler, api, pid, port: PORT, db },
    join: async (container) =>
      parts.adopt(await container.withNetworkMode(`container:${holder.getId()}`).start(), stop),
    [Symbol.asyncDispose]: async () => parts.disposeAsync(),
  };
}

/** Does nothing but hold the pod's network, so that the containers in it can come and go. */
const startHolder = async (network: StartedNetwork): Promise<StartedTestContainer> =>
  new GenericContainer(image('pgbouncer'))
    .withNetwork(network)
    .withEntrypoint(['sleep'])
    .withCommand(['infinity'])
    .start();

const startCache = async (network: StartedNetwork): Promise<StartedTestContainer> =>
  new GenericContainer(image('cache'))
    .withNetwork(network)
    .withNetworkAliases('test-cache')
    .withExposedPorts(6379)
    .withCopyContentToContainer([
      { content: valkeyConf(PLATFORM), target: '/etc/valkey/valkey.conf' },
      { content: `requirepass ${SECRETS.CACHE_PASSWORD}\n`, target: '/etc/heroes/cache-auth/auth.conf' },
    ])
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
    .start();

function poolerContainer(): GenericContainer {
  const capacity = decideCapacity(PLATFORM.spec);
  if (!capacity.ok) throw new Error(capacity.message);
  const { limits = {} } = poolerSidecar(PLATFORM, packageJson.version).resources ?? {};
  return new GenericContainer(image('pgbouncer'))
    .withResourcesQuota(quota(limits))
    .withCopyContentToContainer([
      { content: poolerSettings(capacity.value.serverConnectionsPerPod), target: '/etc/pgbouncer/pgbouncer.ini' },
      { content: `"heroes_api" "${PASSWORDS.api}"\n`, target: '/etc/pgbouncer-auth/userlist.txt' },
    ])
    .withWaitStrategy(Wait.forLogMessage(/process up/));
}

/** What the container of the API may use unless a platform says otherwise, as Docker calls it. */
export const apiQuota = () => quota(PLATFORM.spec.api.resources.limits);

const apiContainer = (): GenericContainer =>
  new GenericContainer(image('api'))
    .withResourcesQuota(apiQuota())
    .withEnvironment({
      ...SECRETS,
      SERVICE_VERSION: 'bench',
      PORT: String(PORT),
      DATABASE_PASSWORD: PASSWORDS.api,
      DATABASE_POOL_SIZE: String(PLATFORM.spec.api.databasePoolSize),
      CACHE_HOST: 'test-cache',
    })
    .withWaitStrategy(Wait.forLogMessage(/Server listening/));
