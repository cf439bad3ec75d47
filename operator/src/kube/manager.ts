/** In which order a process starts and stops: HTTP, caches, lease, workers; and back. After controller-runtime's pkg/manager. */
import { once } from 'node:events';
import type { Controller } from './controller.ts';
import type { Elector } from './lease.ts';
import type { Logger } from './logger.ts';
import type { KubeMetrics } from './metrics.ts';
import { closeServer, servePages, type Pages } from './server.ts';

/** How long those at work may take to finish, as controller-runtime's default. */
const DRAIN_MS = 30_000;

export interface ManagerOptions {
  readonly name: string;
  /** Pages by port. */
  readonly pages: readonly { readonly port: number; readonly pages: Pages }[];
  /** Fills and keeps the caches until the signal is given; resolves once they are filled. */
  readonly startCaches: (signal: AbortSignal) => Promise<void>;
  readonly elector: Elector;
  readonly controller: Controller;
  readonly metrics: Pick<KubeMetrics, 'leading'>;
  readonly log: Logger;
}

/**
 * Runs until the signal is given or the lease is lost. A standby keeps its caches warm while it waits for the lease.
 * @returns the exit code: 0 after an orderly stop, 1 when the lease was lost or workers did not finish.
 */
export async function runManager(options: ManagerOptions, signal: AbortSignal): Promise<number> {
  const { pages, startCaches, log } = options;
  const servers = await Promise.all(pages.map(async (each) => servePages(each.port, each.pages)));
  const caches = new AbortController();
  try {
    const stopped = once(signal, 'abort').then(() => 'stopped' as const);
    const filled = startCaches(caches.signal).then(() => 'filled' as const);
    if (signal.aborted || (await Promise.race([filled, stopped])) === 'stopped') return 0;
    log.info({}, 'caches are filled; waiting for the lease');
    return await lead(options, signal);
  } finally {
    caches.abort();
    await Promise.all(servers.map(async ({ server }) => closeServer(server)));
  }
}

async function lead({ name, elector, controller, metrics, log }: ManagerOptions, signal: AbortSignal): Promise<number> {
  metrics.leading.set({ name }, 0);
  if (!(await elector.acquire(signal))) return 0;
  metrics.leading.set({ name }, 1);
  log.info({}, 'leading');
  const holding = new AbortController();
  const held = elector.hold(holding.signal);
  controller.start();
  const stopped = signal.aborted ? Promise.resolve() : once(signal, 'abort');
  const kept = await Promise.race([held, stopped.then(() => true)]);
  metrics.leading.set({ name }, 0);
  if (!kept) {
    // Another may lead already: what is under way here must not write any more.
    controller.abort();
    log.error({}, 'the lease was lost; stopping at once');
    return 1;
  }
  log.info({}, 'stopping: waiting for those at work');
  const lost = held.then((still) => {
    if (!still) controller.abort();
    return still;
  });
  const drained = await Promise.race([controller.stop(DRAIN_MS), lost]);
  holding.abort();
  await held;
  await elector.release();
  log.info({ drained }, 'stopped');
  return drained ? 0 : 1;
}
