/** Our own client, connected to the fake server as it is to a real one. */
import { Registry } from 'prom-client';
import { Client } from '../client.ts';
import { CredentialSource } from '../credentials.ts';
import { KubeConfig } from '../kubeconfig.ts';
import { createKubeMetrics, type KubeMetrics } from '../metrics.ts';
import { Transport } from '../transport.ts';

/** A user of a kubeconfig, as the client library keeps it. */
export type User = Omit<NonNullable<ReturnType<KubeConfig['getCurrentUser']>>, 'name'>;

export interface ConnectOptions {
  readonly user?: User;
  readonly caFile?: string;
  readonly fieldManager?: string;
  /** Tells one client's requests from another's. */
  readonly userAgent?: string;
}

export interface Connection extends AsyncDisposable {
  readonly transport: Transport;
  readonly client: Client;
  readonly metrics: KubeMetrics;
}

/** @returns a client of a server. */
export function connect({ url }: { readonly url: string }, options: ConnectOptions = {}): Connection {
  const metrics = createKubeMetrics(new Registry());
  const { fieldManager = 'us', userAgent = 'tests/1.0' } = options;
  const transport = new Transport(new CredentialSource(kubeConfigOf(url, options)), metrics, userAgent);
  return {
    transport,
    client: new Client(transport, fieldManager),
    metrics,
    [Symbol.asyncDispose]: async () => transport.close(),
  };
}

/** @returns a kubeconfig of one cluster and one user. The library speaks plain HTTP only where TLS is not verified. */
export function kubeConfigOf(server: string, { user = {}, caFile }: ConnectOptions = {}): KubeConfig {
  const config = new KubeConfig();
  const cluster = {
    name: 'fake',
    server,
    skipTLSVerify: server.startsWith('http:'),
    ...(caFile === undefined ? {} : { caFile }),
  };
  config.loadFromOptions({
    clusters: [cluster],
    users: [{ name: 'us', ...user }],
    contexts: [{ name: 'fake', cluster: 'fake', user: 'us' }],
    currentContext: 'fake',
  });
  return config;
}

/** @returns a user whose token is in a file, as a pod's service account has it (KubeConfig.loadFromCluster). */
export const tokenFileUser = (tokenFile: string): User => ({
  authProvider: { name: 'tokenFile', config: { tokenFile } },
});

/** @returns the values of a counter or gauge, each with the values of its labels: `200 GET`; hosts are left out. */
export async function valuesOf(metric: {
  get(): Promise<{ values: readonly { value: number; labels: Readonly<Record<string, unknown>> }[] }>;
}): Promise<Readonly<Record<string, number>>> {
  const { values } = await metric.get();
  return Object.fromEntries(
    values.map(({ labels, value }) => {
      const { host, ...others } = labels;
      return [Object.values(others).join(' '), value];
    }),
  );
}
