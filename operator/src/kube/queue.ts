/**
 * Keys to work on. A key waits once however often it is added, is never with two workers, and is worked on again when it is
 * added meanwhile. After client-go's util/workqueue, and controller-runtime's priority queue with two things it lacks: keys
 * of low priority age (controller-runtime #3496), and groups take turns, so that one cannot starve the others.
 */
import type { KubeMetrics } from './metrics.ts';
import { Turns, type Waiting } from './turns.ts';
import { exponential } from './wait.ts';

/** client-go's DefaultTypedControllerRateLimiter, per key. */
const BACKOFF = { baseMs: 5, maxMs: 1_000_000 };
/** A key of low priority that has waited for this long is served at every other turn. */
const AGED_MS = 5_000;

/** Low is what nobody waits for: the first list after a start, and what asks all keys again. The numbers are controller-runtime's. */
export type Priority = 'normal' | 'low';
const PRIORITIES = { normal: '0', low: '-100' } as const;

export type QueueMetrics = Pick<
  KubeMetrics,
  'queueDepth' | 'queueAdds' | 'queueRetries' | 'queueSeconds' | 'workSeconds' | 'observeQueue'
>;

export interface QueueOptions {
  readonly name: string;
  /** Names the group that a key shares its turns with, as its namespace. */
  readonly groupOf?: (key: string) => string;
  readonly metrics: QueueMetrics;
}

export class WorkQueue {
  readonly #labels: { readonly name: string; readonly controller: string };
  readonly #metrics: QueueMetrics;
  readonly #waiting: Readonly<Record<Priority, Turns>>;
  /** When work on a key began. */
  readonly #active = new Map<string, number>();
  /** Added while a worker has them. */
  readonly #again = new Map<string, Priority>();
  readonly #failures = new Map<string, number>();
  /** One pending timer a key. */
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #idle: ((key: string | undefined) => void)[] = [];
  #lastServed: Priority = 'low';
  #closed = false;

  constructor({ name, groupOf = () => '', metrics }: QueueOptions) {
    this.#labels = { name, controller: name };
    this.#metrics = metrics;
    this.#waiting = { normal: new Turns(groupOf), low: new Turns(groupOf) };
    metrics.queueAdds.inc(this.#labels, 0);
    metrics.queueRetries.inc(this.#labels, 0);
    this.#measureDepth();
    metrics.observeQueue(name, () => {
      const nowMs = performance.now();
      return [...this.#active.values()].map((startedMs) => (nowMs - startedMs) / 1000);
    });
  }

  /** Counts the waiting of all keys from now: until now there were to be no workers, as in a process that does not lead. */
  begin(): void {
    for (const turns of Object.values(this.#waiting)) turns.beginAt(performance.now());
  }

  /** Adds a key; one that waits already is moved up when it is added with a higher priority. */
  add(key: string, priority: Priority = 'normal'): void {
    const { normal, low } = this.#waiting;
    if (this.#closed || normal.has(key) || (priority === 'low' && low.has(key))) return;
    if (this.#active.has(key)) {
      if (this.#again.get(key) !== 'normal') this.#again.set(key, priority);
      return;
    }
    const before = low.remove(key);
    if (before === undefined) this.#metrics.queueAdds.inc(this.#labels);
    this.#waiting[priority].add(before ?? { key, sinceMs: performance.now() });
    this.#measureDepth();
    this.#hand();
  }

  /** Adds a key after a delay, milliseconds; it takes the place of a delay that the key waits out already. */
  addAfter(key: string, delayMs: number): void {
    if (this.#closed) return;
    clearTimeout(this.#timers.get(key));
    this.#timers.set(key, this.#timer(key, performance.now() + delayMs));
  }

  /**
   * Adds a key after a delay that doubles with each failure since it was last forgotten.
   * @param mostMs - that it waits, milliseconds: what failed may be due by then for another reason
   */
  addRateLimited(key: string, mostMs = Infinity): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.#metrics.queueRetries.inc(this.#labels);
    this.addAfter(key, Math.min(exponential(failures, BACKOFF), mostMs));
  }

  /** The key is settled: its next failure is its first, and nothing is pending for it. */
  forget(key: string): void {
    this.#failures.delete(key);
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
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
      this.#metrics.workSeconds.observe(this.#labels, (performance.now() - startedMs) / 1000);
    this.#active.delete(key);
    const again = this.#again.get(key);
    this.#again.delete(key);
    if (again !== undefined) this.add(key, again);
  }

  /** Takes no more keys, drops those that wait, and sends idle workers home. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    for (const turns of Object.values(this.#waiting)) turns.clear();
    this.#measureDepth();
    for (const resolve of this.#idle.splice(0)) resolve(undefined);
  }

  #timer(key: string, atMs: number): NodeJS.Timeout {
    // A delay beyond 2^31 ms would fire at once: wait in steps.
    const delayMs = Math.min(Math.max(0, atMs - performance.now()), 2 ** 31 - 1);
    return setTimeout(() => {
      if (performance.now() + 1 < atMs) {
        this.#timers.set(key, this.#timer(key, atMs));
        return;
      }
      this.#timers.delete(key);
      this.add(key);
    }, delayMs);
  }

  #hand(): void {
    if (this.#idle.length === 0) return;
    const nowMs = performance.now();
    const next = this.#next(nowMs);
    if (next === undefined) return;
    this.#active.set(next.key, nowMs);
    this.#metrics.queueSeconds.observe(this.#labels, (nowMs - next.sinceMs) / 1000);
    this.#measureDepth();
    this.#idle.shift()?.(next.key);
  }

  #next(nowMs: number): Waiting | undefined {
    const { normal, low } = this.#waiting;
    const aged = nowMs - (low.eldest?.sinceMs ?? nowMs) >= AGED_MS;
    const first: Priority = normal.size === 0 || (aged && this.#lastServed === 'normal') ? 'low' : 'normal';
    this.#lastServed = first;
    return this.#waiting[first].next();
  }

  #measureDepth(): void {
    for (const [priority, turns] of Object.entries(this.#waiting))
      this.#metrics.queueDepth.set({ ...this.#labels, priority: PRIORITIES[priority as Priority] }, turns.size);
  }
}
