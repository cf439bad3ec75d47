/** The edge in the network of a pod of the API, beside it: all is on that loopback, and so is the DNS that it asks. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { GenericContainer, Wait } from 'testcontainers';
import { CONFIG_FOLDER } from '@heroes/operator/features/edge/settings.ts';
import { quantityValue } from '@heroes/operator/platform/quantity.ts';
import { Failure } from '../../cluster/progress.ts';
import { image } from '../../suites/containers.ts';
import { confOf, platformOf } from '../../suites/edge/edge.ts';
import type { Pod } from '../api/pod.ts';

const PORTS = { http: 9080, https: 9443, metrics: 9404, trial: 9444 } as const;
const DOMAIN = 'test.svc.cluster.local';
const SERVICE = `_http._tcp.test-api-pods.${DOMAIN}`;

export interface EdgeInPod extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  /** Where it tells its metrics. */
  readonly metricsPort: number;
}

/** Runs a program of this folder in the network of a pod. It says one thing when it is there. */
export async function inPod({ pid }: Pick<Pod, 'pid'>, program: string, job: object) {
  const argv = [`--net=/proc/${pid}/ns/net`, process.execPath, join(import.meta.dirname, program)];
  const child = spawn('nsenter', argv, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.send(job);
  const [said] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Failure(`${program} ended with ${String(code)}`, {
        remedy: 'nsenter (util-linux) and root are needed to be in the network of a pod; read what it said above',
      });
    }),
  ])) as [unknown];
  return { child, said };
}

/** Starts it by the defaults of the custom resource. @returns once it sends requests to the pod. */
export async function joinEdge(pod: Pod): Promise<EdgeInPod> {
  await using opened = new AsyncDisposableStack();
  const { child, said } = await inPod(pod, 'name-server-process.ts', { service: SERVICE, port: pod.port });
  opened.defer(() => {
    child.kill();
  });
  const { limits } = platformOf({}).spec.edge.resources;
  const container = new GenericContainer(image('edge'))
    .withResourcesQuota({ cpu: quantityValue(limits.cpu), memory: quantityValue(limits.memory) / 2 ** 30 })
    .withEnvironment({ DNS_SERVER: String(said), DNS_DOMAIN: DOMAIN })
    .withCopyContentToContainer([{ content: confOf({}, PORTS), target: `${CONFIG_FOLDER}/haproxy.cfg` }])
    .withWaitStrategy(Wait.forLogMessage(/UP\/READY/));
  await pod.join(container);
  const parts = opened.move();
  return {
    pid: pod.pid,
    port: PORTS.http,
    metricsPort: PORTS.metrics,
    [Symbol.asyncDispose]: async () => parts.disposeAsync(),
  };
}
