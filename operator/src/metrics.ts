/** What the operator measures of its platforms. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Status } from '@heroes/crds/status.ts';
import { BellBook, type BellFacts } from './platform/bells.ts';
import type { Key } from './platform/cluster.ts';

type Jobs = Pick<Status, 'retention' | 'audit'>;

/** @returns the platforms' metrics, registered. A platform's are there while it is, and only where it is reconciled. */
export function createPlatformMetrics(registry: Registry, bells: BellBook = new BellBook()) {
  registerBellMetrics(registry, bells);
  const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames: LABELS, registers: [registry] });
  const rate = gauge('backup_success_rate', 'Share of the backups of the last 26 hours that succeeded, 0 to 1.');
  const retained = gauge(
    'retention_last_success_timestamp_seconds',
    'When what is past its time was last deleted; when the platform was made, where it never was.',
  );
  const retentionFailed = gauge('retention_failed', 'Whether the last deletion of what is past its time failed.');
  const anchored = gauge('audit_anchored_timestamp_seconds', 'When the end of the audit was last kept outside of it.');
  const conflict = gauge('audit_conflict', 'Whether the audit no longer follows from the end that was kept of it.');
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
    observeBells: bells.observe.bind(bells),
    forget(key: Key): void {
      bells.forget(key);
      for (const each of [rate, retained, retentionFailed, anchored, conflict]) each.remove(labels(key));
    },
  };
}

const LABELS = ['namespace', 'heroesplatform'] as const;
const labels = ({ namespace, name }: Key) => ({ namespace, heroesplatform: name });

/** Told at the moment they are read: classes begin and end without anybody being told. */
function registerBellMetrics(registry: Registry, bells: BellBook): void {
  const registers = [registry];
  const gauge = (name: string, help: string, valueOf: (facts: BellFacts) => number | undefined): void => {
    new Gauge({
      name,
      help,
      labelNames: LABELS,
      registers,
      collect() {
        this.reset();
        for (const facts of bells.facts()) {
          const value = valueOf(facts);
          if (value !== undefined) this.set(labels(facts.key), value);
        }
      },
    });
  };
  gauge('heroes_api_ready_pods', 'API pods that take requests.', ({ readyPods }) => readyPods);
  gauge('heroes_schedule_floor', 'Fewest API pods that the autoscaler may keep.', ({ floor }) => floor);
  gauge(
    'heroes_schedule_students_in_class',
    'Students whose class has begun, until it is no longer held for.',
    (facts) => facts.bells?.students,
  );
  gauge(
    'heroes_schedule_ready_before_bell_seconds',
    'How long before the last bell the API pods that were due at it have been ready, at most the lead time; negative when they came late, and falling while they do not come.',
    (facts) => facts.bells?.readyBeforeSeconds,
  );
  gauge(
    'heroes_schedule_last_bell_timestamp_seconds',
    'When a bell last rang, of any school of the district.',
    (facts) => facts.bells?.lastBell,
  );
  new Counter({
    name: 'heroes_schedule_seconds_under_floor_total',
    help: 'Seconds in class with fewer API pods ready than were due: the floor of the classes that have begun.',
    labelNames: LABELS,
    registers,
    collect() {
      this.reset();
      for (const { key, bells: told } of bells.facts())
        if (told !== undefined) this.inc(labels(key), told.underSeconds);
    },
  });
}

const seconds = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Date.parse(time) / 1000;
