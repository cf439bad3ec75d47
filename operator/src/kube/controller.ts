/** Workers that take keys from a queue and reconcile them. After controller-runtime's pkg/internal/controller. */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from './errors.ts';
import type { Logger } from './logger.ts';
import type { KubeMetrics, ReconcileResult } from './metrics.ts';
import type { WorkQueue } from './queue.ts';

export interface Outcome {
  /** Ask again after this long, milliseconds. */
  readonly requeueAfterMs?: number;
}

export interface ControllerOptions {
  readonly name: string;
  readonly queue: WorkQueue;
  readonly workers: number;
  /** @throws to be tried again, with a growing delay. */
  readonly reconcile: (key: string) => Promise<Outcome>;
  readonly metrics: KubeMetrics;
  readonly log: Logger;
}

export class Controller {
  readonly #options: ControllerOptions;
  #workers: Promise<void>[] = [];

  constructor(options: ControllerOptions) {
    this.#options = options;
  }

  start(): void {
    const { name, workers, metrics } = this.#options;
    metrics.maxWorkers.set({ controller: name }, workers);
    metrics.activeWorkers.set({ controller: name }, 0);
    this.#workers = Array.from({ length: workers }, () => this.#work());
  }

  /** Takes no more keys and waits for those at work. @returns whether all were done in time. */
  async stop(timeoutMs: number): Promise<boolean> {
    this.#options.queue.close();
    const late = new AbortController();
    const timeout = sleep(timeoutMs, false, { signal: late.signal, ref: false }).catch(() => false);
    const drained = Promise.all(this.#workers).then(() => true);
    const inTime = await Promise.race([drained, timeout]);
    late.abort();
    return inTime;
  }

  async #work(): Promise<void> {
    const { queue } = this.#options;
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      await this.#one(key);
      queue.done(key);
    }
  }

  async #one(key: string): Promise<void> {
    const { name, queue, reconcile, metrics, log } = this.#options;
    metrics.activeWorkers.inc({ controller: name });
    const started = performance.now();
    let result: ReconcileResult = 'success';
    try {
      const { requeueAfterMs } = await reconcile(key);
      queue.forget(key);
      if (requeueAfterMs !== undefined) {
        queue.addAfter(key, requeueAfterMs);
        result = 'requeue_after';
      }
    } catch (error) {
      result = 'error';
      metrics.reconcileErrors.inc({ controller: name });
      log.error({ key, error: messageOf(error) }, 'reconcile failed; it will be retried');
      queue.addRateLimited(key);
    }
    metrics.reconciles.inc({ controller: name, result });
    metrics.reconcileSeconds.observe({ controller: name }, (performance.now() - started) / 1000);
    metrics.activeWorkers.dec({ controller: name });
  }
}
