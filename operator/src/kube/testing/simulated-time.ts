/**
 * A clock that tests move, while sockets stay real: what takes minutes takes milliseconds, and delays can be told exactly.
 * undici's timeouts follow it too; it keeps a timer of its own from one request to the next, so a file of tests that uses this
 * clock keeps one from its first request to its last.
 */
import { vi } from 'vitest';
import { Loopback } from './loopback.ts';

/** So many turns of the event loop without a byte under way, and all that a byte has set off is done. */
const STILL_TURNS = 12;
/** Some end may be left unread for ever, as that of a client which has been told to wait. */
const MOST_TURNS = 400;
/** Longer than anything that a test waits for. */
const PATIENCE_MS = 3_600_000;

export class SimulatedTime implements Disposable {
  readonly #loopback = new Loopback();
  readonly #timeout = vi.spyOn(AbortSignal, 'timeout');

  constructor() {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
      now: Date.parse('2026-03-01T08:00:00Z'),
    });
    // Node's own does not follow the fake timers.
    this.#timeout.mockImplementation((ms) => {
      const controller = new AbortController();
      setTimeout(() => {
        controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
      }, ms);
      return controller.signal;
    });
  }

  /** How many timers are pending. */
  get pendingTimers(): number {
    return vi.getTimerCount();
  }

  /** Lets time pass, in steps, so that requests are sent and answered at their time. */
  async pass(ms: number, stepMs = 50): Promise<void> {
    await this.settle();
    for (let left = ms; left > 0; left -= stepMs) {
      await vi.advanceTimersByTimeAsync(Math.min(stepMs, left));
      await this.settle();
    }
  }

  /** Lets time pass until a condition holds. @throws Error when it does not within an hour. */
  async until(holds: () => boolean, stepMs = 50): Promise<void> {
    await this.settle();
    for (let passed = 0; !holds(); passed += stepMs) {
      if (passed > PATIENCE_MS) throw new Error(`it did not come to be: ${holds.toString()}`);
      await this.pass(stepMs, stepMs);
    }
  }

  /** Lets time pass until a promise is settled. @returns its value. @throws what it throws. */
  async during<T>(promise: Promise<T>, stepMs = 50): Promise<T> {
    let settled = false;
    const end = (): void => {
      settled = true;
    };
    promise.then(end, end);
    await this.until(() => settled, stepMs);
    return promise;
  }

  /** Lets everything happen that takes no time. */
  async settle(): Promise<void> {
    for (let turn = 0, still = 0; turn < MOST_TURNS && still < STILL_TURNS; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      still = this.#loopback.isAtRest ? still + 1 : 0;
    }
  }

  [Symbol.dispose](): void {
    vi.useRealTimers();
    this.#timeout.mockRestore();
    this.#loopback[Symbol.dispose]();
  }
}
