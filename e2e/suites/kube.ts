/** What the cluster tests ask of the cluster, through the kubectl that `npm run up` left. */
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
