/** What the operator measures of its platforms. */
import { Gauge, type Registry } from 'prom-client';
import type { Status } from '@heroes/crds/status.ts';
import type { Key } from './platform/cluster.ts';

type Jobs = Pick<Status, 'retention' | 'audit'>;

/** @returns the platforms' metrics, registered. */
export function createPlatformMetrics(registry: Registry) {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['namespace', 'heroesplatform'] as const, registers: [registry] });
  const rate = gauge('backup_success_rate', 'Share of the backups of the last 26 hours that succeeded, 0 to 1.');
  const retained = gauge(
    'retention_last_success_timestamp_seconds',
    'When what is past its time was last deleted; when the platform was made, where it never was.',
  );
  const retentionFailed = gauge('retention_failed', 'Whether the last deletion of what is past its time failed.');
  const anchored = gauge('audit_anchored_timestamp_seconds', 'When the end of the audit was last kept outside of it.');
  const conflict = gauge('audit_conflict', 'Whether the audit no longer follows from the end that was kept of it.');
  const labels = ({ namespace, name }: Key) => ({ namespace, heroesplatform: name });
  const set = (each: typeof rate, key: Key, value: number | undefined): void => {
    if (value === undefined) each.remove(labels(key));
    else each.set(labels(key), value);
  };
  return {
    observeBackups(key: Key, successRate: number | undefined): void {
      set(rate, key, successRate);
    },
    /** @param since - when the platform was made */
    observeJobs(key: Key, { retention, audit }: Jobs, since: string | undefined): void {
      set(retained, key, seconds(retention?.lastSuccessTime ?? since));
      set(retentionFailed, key, Number(retention?.lastError !== undefined));
      set(anchored, key, seconds(audit?.anchoredTime));
      set(conflict, key, Number(audit?.conflict !== undefined));
    },
    forget(key: Key): void {
      for (const each of [rate, retained, retentionFailed, anchored, conflict]) each.remove(labels(key));
    },
  };
}

const seconds = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Date.parse(time) / 1000;
