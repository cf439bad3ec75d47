/** A process that contends for a lease over HTTP, with a client of its own; one that lost it starts anew, as a pod does. */
import { Elector, LEASE_TIMES, type LeaseTimes } from '../lease.ts';
import { pause } from '../wait.ts';
import { connect, type Connection } from './connecting.ts';
import type { FakeApiServer } from './fake-api-server.ts';
import { RecordingLogger } from './recording-logger.ts';

/** How long a process takes to start anew. */
const RESTART_MS = 1_000;

export const LEASE = { name: 'lease', namespace: 'n' };

export interface Leading {
  /** How often it came to lead. */
  readonly terms: number;
  /** Since when it leads, by the clock; undefined while it does not. */
  readonly sinceMs: number | undefined;
}

export class Contender implements AsyncDisposable {
  readonly name: string;
  readonly log = new RecordingLogger();
  readonly #connection: Connection;
  readonly #times: LeaseTimes;
  readonly #stop = new AbortController();
  #terms = 0;
  #sinceMs: number | undefined;
  #lives = 0;
  #running: Promise<void> | undefined;

  constructor(server: FakeApiServer, name: string, times: LeaseTimes = LEASE_TIMES) {
    this.name = name;
    this.#times = times;
    this.#connection = connect(server, { userAgent: name, fieldManager: name });
  }

  get leading(): Leading {
    return { terms: this.#terms, sinceMs: this.#sinceMs };
  }

  get isLeading(): boolean {
    return this.#sinceMs !== undefined;
  }

  get metrics(): Connection['metrics'] {
    return this.#connection.metrics;
  }

  /** Contends, leads while it may, and starts anew when it has lost the lease. */
  start(onLeading: () => void = () => undefined): void {
    this.#running = this.#live(onLeading);
  }

  /** Stops in order: gives the lease back when it holds it. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#connection[Symbol.asyncDispose]();
    await this.#running;
  }

  async #live(onLeading: () => void): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      this.#lives += 1;
      const elector = this.#elector();
      if (!(await elector.acquire(signal))) return;
      this.#terms += 1;
      this.#sinceMs = performance.now();
      onLeading();
      const kept = await elector.hold(signal);
      this.#sinceMs = undefined;
      if (kept) await elector.release();
      else await pause(RESTART_MS, signal);
    }
  }

  #elector(): Elector {
    const { client, metrics } = this.#connection;
    const identity = `${this.name}_${this.#lives}`;
    return new Elector({ client, ...LEASE, identity, times: this.#times, metrics, log: this.log });
  }
}
