/** What the operator measures of its platforms. */
import { Gauge, type Registry } from 'prom-client';
import type { Key } from './platform/cluster.ts';

/** @returns the platforms' metrics, registered. */
export function createPlatformMetrics(registry: Registry) {
  const rate = new Gauge({
    name: 'backup_success_rate',
    help: 'Share of the backups of the last 26 hours that succeeded, 0 to 1.',
    labelNames: ['namespace', 'heroesplatform'] as const,
    registers: [registry],
  });
  const labels = ({ namespace, name }: Key) => ({ namespace, heroesplatform: name });
  return {
    observeBackups(key: Key, successRate: number | undefined): void {
      if (successRate === undefined) rate.remove(labels(key));
      else rate.set(labels(key), successRate);
    },
    forget(key: Key): void {
      rate.remove(labels(key));
    },
  };
}
