/**
 * Starts anew what has ended, as a kubelet does for a control plane's pods: a scheduler, for one, ends itself when a pod was
 * made anew while the API server was away and it doubts its cache.
 */
import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 1_000;

export class Supervisor {
  readonly #stop = new AbortController();
  #watching: Promise<void> | undefined;

  /** @param ensure - starts what does not run, and is asked to do so again and again until {@link stop} */
  async start(ensure: () => Promise<void>): Promise<void> {
    await ensure();
    this.#watching = this.#watch(ensure);
  }

  /** Resolves when nothing will be started any more. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#watching;
  }

  async #watch(ensure: () => Promise<void>): Promise<void> {
    const { signal } = this.#stop;
    for (;;) {
      await sleep(EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      await ensure();
    }
  }
}
