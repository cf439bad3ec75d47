/**
 * Whether the cluster tells autoscalers how many requests a pod has in flight: an adapter serves that, which not every cluster has, and
 * which may come and go. It is asked for by discovery, which everybody may; nobody is told of it.
 */
import type { Client } from '../kube/client.ts';
import { messageOf } from '../kube/errors.ts';
import type { Logger } from '../kube/logger.ts';
import { pause } from '../kube/wait.ts';
import { REQUESTS_IN_FLIGHT } from './names.ts';

const EVERY_MS = 60_000;

/** In the versions that the HPA controller knows (k8s.io/metrics pkg/client/custom_metrics). */
const RESOURCES = ['v1beta2', 'v1beta1'].map((version) => ({
  apiVersion: `custom.metrics.k8s.io/${version}`,
  kind: 'MetricValueList',
  plural: `pods/${REQUESTS_IN_FLIGHT}`,
}));

export interface RequestMetricsOptions {
  readonly client: Pick<Client, 'serves'>;
  /** Told when it is served from now on, or no more. */
  readonly changed: () => void;
  readonly log: Pick<Logger, 'warn' | 'info'>;
}

export class RequestMetrics {
  readonly #options: RequestMetricsOptions;
  #served: boolean | undefined;

  constructor(options: RequestMetricsOptions) {
    this.#options = options;
  }

  /** Whether it is served; undefined until that could be asked. */
  get served(): boolean | undefined {
    return this.#served;
  }

  /** Asks. What cannot be asked stays as it was: an API server without its adapter says nothing of a moment ago. */
  async look(): Promise<void> {
    const { client, changed, log } = this.#options;
    const before = this.#served;
    try {
      this.#served = await servesRequestMetrics(client);
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'it could not be asked which metrics are served; asked again in a minute');
      return;
    }
    if (before === this.#served) return;
    if (before !== undefined) log.info({ served: this.#served }, 'whether requests in flight are served has changed');
    changed();
  }

  /** Asks now and then, until the signal is given. */
  async follow(signal: AbortSignal): Promise<void> {
    for (;;) {
      await pause(EVERY_MS, signal);
      if (signal.aborted) return;
      await this.look();
    }
  }
}

/** @returns whether a cluster serves it now. @throws Error when it cannot be asked, as while its adapter is away. */
export async function servesRequestMetrics(client: Pick<Client, 'serves'>): Promise<boolean> {
  for (const resource of RESOURCES) if (await client.serves(resource)) return true;
  return false;
}
