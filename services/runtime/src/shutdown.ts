/** The end of a process, in order. */
import closeWithGrace from 'close-with-grace';
import type { Logger } from './logger.ts';

/**
 * Runs `close` on SIGTERM, SIGINT or an error that nobody caught, and then ends the process; after `timeoutMs` it ends
 * anyway.
 */
export function onShutdown(log: Logger, timeoutMs: number, close: () => Promise<void>): void {
  closeWithGrace({ delay: timeoutMs, logger: false }, async ({ err, signal }) => {
    if (err !== undefined) log.fatal({ err }, 'an error was not caught; stopping');
    else log.info({ signal }, 'stopping');
    await close();
    log.info('stopped');
  });
}
