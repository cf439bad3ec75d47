/**
 * Keys to work on. A key waits once however often it is added, is never with two workers, and is worked on again when it is
 * added meanwhile. After client-go's util/workqueue.
 */
import type { KubeMetrics } from './metrics.ts';
import { exponential } from './wait.ts';

/** client-go's DefaultTypedControllerRateLimiter, per key. */
const BACKOFF = { baseMs: 5, maxMs: 1_000_000 };

export type QueueMetrics = Pick<
  KubeMetrics,
  'queueDepth' | 'queueAdds' | 'queueRetries' | 'queueSeconds' | 'workSeconds'
>;

export class WorkQueue {
  readonly #name: string;
  readonly #metrics: QueueMetrics;
  /** In the order in which they are worked on, with the time they were added. */
  readonly #waiting = new Map<string, number>();
  readonly #active = new Map<string, number>();
  /** Added while a worker has them. */
  readonly #again = new Set<string>();
  readonly #failures = new Map<string, number>();
  /** One pending timer a key: the sooner wins. */
  readonly #timers = new Map<string, { readonly atMs: number; readonly timer: NodeJS.Timeout }>();
  readonly #idle: ((key: string | undefined) => void)[] = [];
  #closed = false;

  constructor(name: string, metrics: QueueMetrics) {
    this.#name = name;
    this.#metrics = metrics;
  }

  add(key: string): void {
    if (this.#closed || this.#waiting.has(key)) return;
    if (this.#active.has(key)) {
      this.#again.add(key);
      return;
    }
    this.#metrics.queueAdds.inc({ name: this.#name });
    this.#waiting.set(key, performance.now());
    this.#measureDepth();
    this.#hand();
  }

  /** Adds a key after a delay, unless it is already due sooner. */
  addAfter(key: string, delayMs: number): void {
    if (this.#closed) return;
    const atMs = performance.now() + delayMs;
    const pending = this.#timers.get(key);
    if (pending !== undefined && pending.atMs <= atMs) return;
    clearTimeout(pending?.timer);
    this.#timers.set(key, { atMs, timer: this.#timer(key, atMs) });
  }

  /** Adds a key after a delay that doubles with each failure since it was last forgotten. */
  addRateLimited(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.#metrics.queueRetries.inc({ name: this.#name });
    this.addAfter(key, exponential(failures, BACKOFF));
  }

  /** The key succeeded: its next failure is its first. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** @returns the next key, when there is one; undefined once the queue is closed. Tell {@link done} afterwards. */
  async take(): Promise<string | undefined> {
    if (this.#closed) return undefined;
    const waiter = Promise.withResolvers<string | undefined>();
    this.#idle.push(waiter.resolve);
    this.#hand();
    return waiter.promise;
  }

  done(key: string): void {
    const startedMs = this.#active.get(key);
    if (startedMs !== undefined)
      this.#metrics.workSeconds.observe({ name: this.#name }, (performance.now() - startedMs) / 1000);
    this.#active.delete(key);
    if (this.#again.delete(key)) this.add(key);
  }

  /** Takes no more keys, drops those that wait, and sends idle workers home. */
  close(): void {
    this.#closed = true;
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#waiting.clear();
    this.#measureDepth();
    for (const resolve of this.#idle.splice(0)) resolve(undefined);
  }

  #timer(key: string, atMs: number): NodeJS.Timeout {
    // A delay beyond 2^31 ms would fire at once: wait in steps.
    const delayMs = Math.min(Math.max(0, atMs - performance.now()), 2 ** 31 - 1);
    return setTimeout(() => {
      if (performance.now() + 1 < atMs) {
        this.#timers.set(key, { atMs, timer: this.#timer(key, atMs) });
        return;
      }
      this.#timers.delete(key);
      this.add(key);
    }, delayMs);
  }

  #hand(): void {
    const [next] = this.#waiting;
    const worker = next === undefined ? undefined : this.#idle.shift();
    if (next === undefined || worker === undefined) return;
    const [key, addedMs] = next;
    const nowMs = performance.now();
    this.#waiting.delete(key);
    this.#active.set(key, nowMs);
    this.#metrics.queueSeconds.observe({ name: this.#name }, (nowMs - addedMs) / 1000);
    this.#measureDepth();
    worker(key);
  }

  #measureDepth(): void {
    this.#metrics.queueDepth.set({ name: this.#name }, this.#waiting.size);
  }
}
