/** Workers that take keys from a queue and reconcile them. After controller-runtime's pkg/internal/controller. */
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from './errors.ts';
import type { Logger } from './logger.ts';
import type { KubeMetrics } from './metrics.ts';
import type { WorkQueue } from './queue.ts';
import { withinWork, type Work } from './work.ts';

/** What became of a reconcile. */
export type Outcome =
  /** All is as it should be, until something changes. */
  | { readonly is: 'done' }
  /** It changes by time alone: ask again after this long, milliseconds. */
  | { readonly is: 'requeueAfter'; readonly ms: number }
  /** It failed, and may succeed later: asked again with a growing delay, but after so many milliseconds at the latest. */
  | { readonly is: 'retry'; readonly error: unknown; readonly withinMs?: number }
  /** It will fail until something changes: not asked again before, or only after this long, milliseconds. */
  | { readonly is: 'terminal'; readonly error: unknown; readonly againMs?: number };

export interface ControllerOptions {
  readonly name: string;
  readonly queue: WorkQueue;
  readonly workers: number;
  /** How long one reconcile may take, milliseconds; its requests are broken off then. */
  readonly timeoutMs: number;
  /** What it throws is retried, as the outcome `retry` is. The log's lines carry the key and the reconcile's id. */
  readonly reconcile: (key: string, log: Logger) => Promise<Outcome>;
  readonly metrics: KubeMetrics;
  readonly log: Logger;
}

/** Values of the label `result` (controller-runtime's pkg/internal/controller/metrics). */
const RESULTS = ['success', 'requeue_after', 'error'] as const;

/** Errors that only a mistake in the program throws: what a panic is in Go. */
const MISTAKES = [TypeError, ReferenceError, RangeError, SyntaxError, EvalError];

/** The work was broken off because its time was over. */
class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

export class Controller {
  readonly #options: ControllerOptions;
  readonly #underWay = new Set<AbortController>();
  #workers: Promise<void>[] = [];
  #aborted: Error | undefined;

  constructor(options: ControllerOptions) {
    this.#options = options;
  }

  start(): void {
    const { name, workers, queue, metrics } = this.#options;
    const labels = { controller: name };
    metrics.maxWorkers.set(labels, workers);
    metrics.activeWorkers.set(labels, 0);
    // A counter that is not there before its first count grows by nothing in the eyes of Prometheus.
    for (const result of RESULTS) metrics.reconciles.inc({ ...labels, result }, 0);
    for (const counter of ['reconcileErrors', 'terminalErrors', 'reconcilePanics', 'reconcileTimeouts'] as const)
      metrics[counter].inc(labels, 0);
    queue.begin();
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
    if (!inTime) this.abort();
    return inTime;
  }

  /** Breaks off all requests that are under way: we may not write any more. */
  abort(): void {
    this.#options.queue.close();
    this.#aborted = new Error('the process is stopping');
    for (const controller of this.#underWay) controller.abort(this.#aborted);
  }

  async #work(): Promise<void> {
    const { queue } = this.#options;
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      await this.#one(key);
      queue.done(key);
      // Work that asks the API server nothing ends without a wait: a thousand such in a row would let no event, no timer and
      // no renewal of the lease be heard.
      await nextTurn();
    }
  }

  async #one(key: string): Promise<void> {
    const { name, metrics } = this.#options;
    metrics.activeWorkers.inc({ controller: name });
    const started = performance.now();
    const ended = new AbortController();
    const work: Work = { id: randomUUID(), signal: ended.signal, requests: 0, fields: {} };
    const log = this.#options.log.child({ controller: name, key, reconcileID: work.id });
    this.#underWay.add(ended);
    // The key may have been handed out just before all was to end.
    if (this.#aborted !== undefined) ended.abort(this.#aborted);
    const outcome = await this.#contained(key, { work, ended, log });
    this.#underWay.delete(ended);
    this.#settle(key, outcome, Object.keys(work.fields).length === 0 ? log : log.child(work.fields));
    metrics.reconcileSeconds.observe({ controller: name }, (performance.now() - started) / 1000);
    metrics.reconcileRequests.observe({ controller: name }, work.requests);
    metrics.activeWorkers.dec({ controller: name });
  }

  /** Runs the reconcile within its time. @returns its outcome, whatever it threw. */
  async #contained(
    key: string,
    { work, ended, log }: { work: Work; ended: AbortController; log: Logger },
  ): Promise<Outcome> {
    const { reconcile, timeoutMs, metrics, name } = this.#options;
    const timer = setTimeout(() => {
      metrics.reconcileTimeouts.inc({ controller: name });
      ended.abort(new TimeoutError(`it took longer than ${timeoutMs / 1000} s`));
    }, timeoutMs);
    try {
      return await withinWork(work, async () => reconcile(key, log));
    } catch (error) {
      return { is: 'retry', error: ended.signal.aborted ? (ended.signal.reason as Error) : error };
    } finally {
      clearTimeout(timer);
    }
  }

  #settle(key: string, outcome: Outcome, log: Logger): void {
    const { name, queue, metrics } = this.#options;
    const count = (result: (typeof RESULTS)[number]): void => {
      metrics.reconciles.inc({ controller: name, result });
    };
    switch (outcome.is) {
      case 'done':
        queue.forget(key);
        count('success');
        return;
      case 'requeueAfter':
        queue.forget(key);
        queue.addAfter(key, outcome.ms);
        count('requeue_after');
        return;
      case 'retry':
        this.#countMistake(outcome.error, log);
        metrics.reconcileErrors.inc({ controller: name });
        log.error({ error: messageOf(outcome.error) }, 'reconcile failed; it will be retried');
        queue.addRateLimited(key, outcome.withinMs);
        count('error');
        return;
      case 'terminal':
        queue.forget(key);
        metrics.reconcileErrors.inc({ controller: name });
        metrics.terminalErrors.inc({ controller: name });
        if (outcome.againMs !== undefined) queue.addAfter(key, outcome.againMs);
        log.error({ error: messageOf(outcome.error) }, 'reconcile failed; it waits for a change');
        count('error');
    }
  }

  #countMistake(error: unknown, log: Logger): void {
    if (!MISTAKES.some((mistake) => error instanceof mistake)) return;
    this.#options.metrics.reconcilePanics.inc({ controller: this.#options.name });
    log.error({ error: messageOf(error), stack: (error as Error).stack }, 'reconcile ran into a mistake of ours');
  }
}
