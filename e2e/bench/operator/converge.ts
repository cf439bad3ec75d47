/** A control plane in which many platforms were applied at once and are converged, with the operator that did it. */
import type { Log } from '../../cluster/progress.ts';
import type { OperatorProcess } from '../../control-plane/operator-process.ts';
import { range, writePlatforms } from './fleet.ts';
import type { Options } from './options.ts';
import { openWorld, untilLeading, whileRunning, type World } from './world.ts';

export interface Converged extends AsyncDisposable {
  readonly world: World;
  /** The one that runs now; parts that restart it put the new one here. */
  operator: OperatorProcess;
  /** When the first platform was written, epoch milliseconds. */
  readonly writtenMs: number;
  /** How long from then until every status told that its API serves, seconds. */
  readonly servingSeconds: number;
  /** And until all were converged, seconds. */
  readonly convergedSeconds: number;
  /** CPU of the operator meanwhile. */
  readonly cpuSeconds: number;
}

const TIMEOUT_MS = 20 * 60_000;

/** Starts a control plane and an operator, and writes the platforms at once. @returns when all are converged. */
export async function converge(options: Options, log: Log): Promise<Converged> {
  await using opened = new AsyncDisposableStack();
  const world = opened.use(await openWorld(options, log));
  const operator = await world.start();
  await untilLeading(operator);
  const writtenMs = Date.now();
  const startMs = performance.now();
  const startCpuMs = operator.cpuMs();
  const progress = setInterval(() => {
    log(`${world.fleet.converged} of ${options.platforms} are converged`);
  }, 1_000);
  try {
    await writePlatforms(world.client, range(0, options.platforms));
    const { fleet } = world;
    const servingMs = await whileRunning(operator, async () => fleet.untilServing(options.platforms, TIMEOUT_MS));
    const endMs = await whileRunning(operator, async () => fleet.until(options.platforms, TIMEOUT_MS));
    const cpuSeconds = (operator.cpuMs() - startCpuMs) / 1000;
    const parts = opened.move();
    return {
      world,
      operator,
      writtenMs,
      servingSeconds: (servingMs - startMs) / 1000,
      convergedSeconds: (endMs - startMs) / 1000,
      cpuSeconds,
      // The control plane stops whatever runs beside it.
      [Symbol.asyncDispose]: async () => parts.disposeAsync(),
    };
  } finally {
    clearInterval(progress);
  }
}
