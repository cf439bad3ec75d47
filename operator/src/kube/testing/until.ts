/** Waiting for what the other end of a socket does. */
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a test waits for what must happen soon; far more than it takes, so that a busy machine does not fail it. */
const PATIENCE_MS = 10_000;

/** Waits until a condition holds. @throws Error when it does not in good time. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`it did not come to be: ${holds.toString()}`);
    await sleep(2);
  }
}
