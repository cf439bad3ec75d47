/** A district of the bench's own on the embedded cluster: what it is told, what becomes of it, and the ways to its API and its database. */
import type { Kysely } from 'kysely';
import type { Status } from '@heroes/crds/status.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Resource } from '@heroes/operator/kube/resource.ts';
import { ensureNamespace, serviceAddress, waitForAnswer, waitForReady } from '../../cluster/deploy.ts';
import { kubectl } from '../../cluster/kubectl.ts';
import { PORTS } from '../../cluster/layout.ts';
import { publish, withdraw } from '../../cluster/network.ts';
import { until, type Log } from '../../cluster/progress.ts';
import { PLATFORM } from '../operator/kinds.ts';
import { ConnectionWatch, openDatabase } from './database.ts';
import { AUTOSCALER, Watch } from './watch.ts';
import { operatorMetrics, type World } from './world.ts';

const NAME = 'district';
const SECRET: Resource = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets' };
const POSTGRES_PORT = 5432;
const SEEN_MS = 60_000;
/** What PostgreSQL says when it has no connection left to give. */
const NO_CONNECTION = /too many clients already|remaining connection slots are reserved/;

/** `spec`, but for the release. */
export type Spec = Readonly<Record<string, unknown>>;

export interface District extends AsyncDisposable {
  /** On loopback, where its API answers. */
  readonly port: number;
  readonly db: Kysely<DB>;
  readonly tokenSecret: string;
  readonly watch: Watch;
  readonly connections: ConnectionWatch;
  /** Writes its spec. @throws ApiError when it is not admitted. */
  readonly apply: (spec: Spec) => Promise<void>;
  /** @returns its status, once that is of the newest spec. */
  readonly status: () => Promise<Status>;
  /** Waits until it is served as its spec asks. */
  readonly ready: (log: Log) => Promise<void>;
  /**
   * Has the autoscaler look back for another time than it is told to before it takes pods away: the operator leaves to others what
   * they declare. @param change - of what it is told, seconds. @returns for how long it looks back, seconds
   */
  readonly lookBack: (change: (toldSeconds: number) => number) => Promise<number>;
  /** @returns how often the database had no connection to give since it was started. */
  readonly refusedConnections: () => Promise<number>;
  /** @returns what the operator measures of it under a name; undefined when it measures nothing of that name. */
  readonly metric: (name: string) => Promise<number | undefined>;
}

interface Making {
  readonly namespace: string;
  readonly spec: Spec;
  readonly log: Log;
}

/** Makes one and waits until it is served. Disposing of it removes it. */
export async function openDistrict(world: World, { namespace, spec, log }: Making): Promise<District> {
  const { cluster, client } = world;
  await using opened = new AsyncDisposableStack();
  opened.defer(async () => {
    await kubectl(cluster, ['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=180s']);
  });
  const told = tell(world, namespace);
  await ensureNamespace(cluster, namespace);
  await told.apply(spec);
  await told.ready(log);
  log('the ways to it');
  const ways = await openWays(world, { namespace, status: await told.status() });
  opened.defer(ways.close);
  const db = openDatabase({ port: PORTS.benchDatabase, password: ways.password });
  opened.defer(async () => db.destroy());
  const watch = opened.use(await Watch.open({ client, namespace, name: NAME }));
  const connections = opened.use(new ConnectionWatch(db));
  const parts = opened.move();
  return {
    ...told,
    ...{ port: PORTS.bench, db, tokenSecret: ways.tokenSecret, watch, connections },
    [Symbol.asyncDispose]: async () => parts.disposeAsync(),
  };
}

type Told = Pick<District, 'apply' | 'status' | 'ready' | 'lookBack' | 'refusedConnections' | 'metric'>;

function tell(world: World, namespace: string): Told {
  const { cluster, client, version } = world;
  const metadata = { name: NAME, namespace };
  return {
    apply: async (spec) => {
      const { apiVersion, kind } = PLATFORM;
      const object = { apiVersion, kind, metadata, spec: { ...spec, release: { version } } };
      await client.apply(PLATFORM, object, { force: true });
    },
    status: async () => currentStatus(world, namespace),
    ready: async (log) => waitForReady(cluster, metadata, log),
    lookBack: async (change) => lookBack(world, { namespace, name: `${NAME}-api` }, change),
    refusedConnections: async () => {
      const said = await kubectl(cluster, ['logs', '-n', namespace, `${NAME}-postgres-0`, '-c', 'postgres']);
      return said.split('\n').filter((line) => NO_CONNECTION.test(line)).length;
    },
    metric: async (name) => (await operatorMetrics(world)).value(name, { namespace, heroesplatform: NAME }),
  };
}

interface Autoscaler {
  readonly behavior: { readonly scaleDown: { readonly stabilizationWindowSeconds: number } };
}

async function lookBack(
  { client }: World,
  metadata: { readonly namespace: string; readonly name: string },
  change: (toldSeconds: number) => number,
): Promise<number> {
  const found = await client.get(AUTOSCALER, metadata);
  if (found === undefined) throw new Error(`${metadata.namespace} has no autoscaler`);
  const { stabilizationWindowSeconds: told } = (found.spec as Autoscaler).behavior.scaleDown;
  const stabilizationWindowSeconds = change(told);
  // What it is told stays the operator's.
  if (stabilizationWindowSeconds === told) return told;
  const { apiVersion, kind } = AUTOSCALER;
  const spec: Autoscaler = { behavior: { scaleDown: { stabilizationWindowSeconds } } };
  await client.apply(AUTOSCALER, { apiVersion, kind, metadata, spec }, { force: true });
  return stabilizationWindowSeconds;
}

async function currentStatus({ client }: World, namespace: string): Promise<Status> {
  const found: { status?: Status } = {};
  await until(`${namespace}/${NAME} is not looked at`, { timeoutMs: SEEN_MS }, async () => {
    const platform = await client.get(PLATFORM, { name: NAME, namespace });
    found.status = platform?.status ?? {};
    const { observedGeneration = 0 } = found.status;
    const wanted = platform?.metadata.generation ?? 0;
    return observedGeneration === wanted
      ? undefined
      : `its status is of generation ${observedGeneration}, not ${wanted}`;
  });
  return found.status ?? {};
}

interface Ways {
  /** Of the database's superuser. */
  readonly password: string;
  readonly tokenSecret: string;
  readonly close: () => Promise<void>;
}

/** Makes its API and its database answer on loopback. */
async function openWays(world: World, { namespace, status }: { namespace: string; status: Status }): Promise<Ways> {
  const { cluster, client } = world;
  // A run that was killed leaves them, and they lead to what is gone.
  await withdrawWays();
  const { hostname } = new URL(status.endpoint ?? '');
  const [service = '', of = namespace] = hostname.split('.');
  const url = await publish('bench', await serviceAddress(cluster, { namespace: of, name: service }));
  const address = ['get', 'pod', '-n', namespace, `${NAME}-postgres-0`, '-o', 'jsonpath={.status.podIP}'];
  await publish('benchDatabase', `${await kubectl(cluster, address)}:${POSTGRES_PORT}`);
  await waitForAnswer(`http://${url}/v1/lessons`);
  const labelSelector = `app.kubernetes.io/instance=${NAME}`;
  const { items } = await client.list(SECRET, { namespace, labelSelector });
  const { 'superuser-password': password = '', 'token-secret': tokenSecret = '' } = decoded(items[0]?.data);
  return { password, tokenSecret, close: withdrawWays };
}

async function withdrawWays(): Promise<void> {
  for (const name of ['bench', 'benchDatabase'] as const) await withdraw(name);
}

const decoded = (data: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries((data ?? {}) as Readonly<Record<string, string>>).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]),
  );
