/** What the cluster tests ask of the cluster, through the kubectl that `npm run up` left. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { embeddedCluster, kubectl } from '../cluster/kubectl.ts';

const cluster = embeddedCluster();

/** Runs kubectl. @returns its output. @throws Failure with its error. */
export const kube = async (args: readonly string[], input?: string): Promise<string> => kubectl(cluster, args, input);

export interface Json {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly generation?: number;
    readonly labels?: Record<string, string>;
  };
  readonly [field: string]: unknown;
}

/** @returns an object as JSON. */
export async function get<T = Json>(namespace: string, kind: string, name: string): Promise<T> {
  return JSON.parse(await kube(['get', kind, name, '-n', namespace, '-o', 'json'])) as T;
}

/** @returns the objects of a kind. */
export async function list(namespace: string, kind: string, selector = ''): Promise<Json[]> {
  const output = await kube(['get', kind, '-n', namespace, '-l', selector, '-o', 'json']);
  return (JSON.parse(output) as { items: Json[] }).items;
}

/** Applies manifests. */
export const apply = async (object: object): Promise<string> =>
  kube(['apply', '--server-side', '--field-manager=test', '--force-conflicts', '-f', '-'], JSON.stringify(object));

/** Waits for a condition of an object. @throws Failure when it does not come. */
export const waitFor = async (
  namespace: string,
  object: string,
  condition: string,
  timeout = '240s',
): Promise<string> => kube(['wait', object, '-n', namespace, `--for=${condition}`, `--timeout=${timeout}`]);

/** Runs a module in an API pod, where pg and fetch are at hand. @returns what it prints, parsed. */
export async function inApiPod(namespace: string, name: string, source: string): Promise<unknown> {
  const exec = ['exec', '-n', namespace, `deploy/${name}-api`, '-c', 'api', '--'];
  return JSON.parse(await kube([...exec, 'node', '--input-type=module', '-e', source])) as unknown;
}

/** Tries until it holds. @returns how long it took, milliseconds. @throws the last error after a minute. */
export async function eventually(check: () => Promise<void>, timeoutMs = 60_000): Promise<number> {
  const startMs = performance.now();
  for (;;) {
    try {
      await check();
      return performance.now() - startMs;
    } catch (error) {
      if (performance.now() - startMs > timeoutMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

type Words = Readonly<Record<string, unknown>>;

/** Runs a CronJob now, to its end. @returns its last words. @throws Error with them when it fails. */
export async function runCronJob(namespace: string, cronJob: string): Promise<Words> {
  const job = `${cronJob}-now`;
  await kube(['create', 'job', job, '-n', namespace, `--from=cronjob/${cronJob}`]);
  return lastWords(namespace, job);
}

/** Makes a Job and runs it to its end. @returns its last words. @throws Error with them when it fails. */
export async function finish(
  namespace: string,
  { name, spec }: { readonly name: string; readonly spec: object },
): Promise<Words> {
  await apply({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace }, spec });
  return lastWords(namespace, name);
}

interface Ended {
  readonly status: {
    readonly containerStatuses?: readonly { readonly state: { readonly terminated?: { readonly message?: string } } }[];
  };
}

async function lastWords(namespace: string, job: string): Promise<Words> {
  const { status } = await endedJob(namespace, job);
  const [pod] = (await list(namespace, 'pods', `job-name=${job}`)) as unknown as Ended[];
  const words = pod?.status.containerStatuses?.[0]?.state.terminated?.message ?? '';
  if (status.succeeded !== 1) throw new Error(`Job ${job} has failed: ${words}`);
  return JSON.parse(words) as Words;
}

interface JobObject {
  readonly status: { readonly succeeded?: number; readonly conditions?: readonly { readonly type: string }[] };
}

async function endedJob(namespace: string, name: string): Promise<JobObject> {
  for (const endMs = performance.now() + 240_000; performance.now() < endMs;) {
    const job = await get<JobObject>(namespace, 'job', name);
    if (job.status.conditions?.some(({ type }) => type === 'Complete' || type === 'Failed') === true) return job;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`Job ${name} does not end`);
}

export interface Forwarded {
  readonly url: string;
  readonly end: () => Promise<void>;
}

/** Makes a Service answer on a port of loopback, as kubectl port-forward does. */
export async function forward(namespace: string, service: string): Promise<Forwarded> {
  const args = [...cluster.kubectlFlags, 'port-forward', '-n', namespace, service, ':80'];
  const child = spawn(cluster.kubectl, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const port = /127\.0\.0\.1:(\d+)/.exec(said.toString())?.[1];
  if (port === undefined) throw new Error(`kubectl port-forward says: ${said.toString()}`);
  return {
    url: `http://127.0.0.1:${port}`,
    end: async () => {
      child.kill();
      await once(child, 'exit');
    },
  };
}
