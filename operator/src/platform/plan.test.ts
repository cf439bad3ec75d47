import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, digest } from '../kube/json.ts';
import { Floors } from './floors.ts';
import type { Live, Observed } from './observed.ts';
import { plan, type Plan } from './plan.ts';
import { platformWith, UID } from './testing/platforms.ts';

const NOW_MS = Date.UTC(2026, 10, 24, 12);
const COMPONENT = 'app.kubernetes.io/component';

const live = (kind: string, name: string, component: string, more: Partial<Live> = {}): Live => ({
  apiVersion: 'v1',
  kind,
  metadata: {
    name,
    labels: { [COMPONENT]: component, 'app.kubernetes.io/version': '0.1.0' },
    ownerReferences: [{ uid: UID }],
  },
  ...more,
});

const planOf = (seen: Partial<Observed> = {}, nowMs = NOW_MS): Plan => {
  const platform = seen.platform ?? platformWith();
  const whole = {
    platform,
    children: [],
    pods: [],
    credentialsLost: false,
    monitoring: false,
    requestMetrics: false,
    ...seen,
  };
  return plan(whole, new Floors().at(platform, nowMs), nowMs);
};

const idsOf = ({ desired }: Plan): string[] => desired().map(({ kind, metadata }) => `${kind}/${metadata.name}`);

describe('plan', () => {
  it('wants the same from the same', () => {
    expect(canonical(planOf().desired())).toBe(canonical(planOf().desired()));
  });

  it('wants nothing twice', () => {
    const ids = idsOf(planOf({ monitoring: true }));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('plans nothing at all while the user must mend the spec', () => {
    const refused = planOf({ platform: platformWith({ api: { replicas: { min: 50, max: 100 } } }) });
    expect(refused).toMatchObject({ refusal: { reason: 'ConnectionBudgetExceeded' }, keptJobs: [], retryJobs: [] });
    expect(refused.desired()).toEqual([]);
  });

  it('has digests of all that is desired hang on its inputs alone', () => {
    const job = fc.constantFrom<Live['status']>(
      { conditions: [] },
      { conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: '2026-11-24T10:00:00Z' }] },
      { conditions: [{ type: 'Failed', status: 'True', lastTransitionTime: '2026-11-24T11:59:00Z' }] },
    );
    const situation = fc.record({
      job: fc.option(job),
      ready: fc.nat(3),
      revision: fc.constantFrom(undefined, 'a', 'b'),
      storage: fc.constantFrom(undefined, '1Gi', '2Gi'),
      lost: fc.boolean(),
      monitoring: fc.boolean(),
      migratedVersion: fc.constantFrom(undefined, '0.0.9', '0.1.0'),
      hours: fc.nat(48),
      pods: fc.nat(2),
    });
    const terms = [{ name: 'all', startDate: '2026-01-01', endDate: '2027-12-31' }];
    const periods = [{ name: '1', startTime: '08:00', endTime: '15:00' }];
    const bellSchedules = [{ name: 'x', days: ['Tuesday', 'Wednesday'], periods }];
    const calendars = [{ name: 'school', students: 1_000, terms, bellSchedules, calendarDates: [] }];
    const spec = { schedule: { studentsPerReplica: 200, calendars }, database: { embedded: { storage: '2Gi' } } };
    const seen = new Map<string, string>();
    const fixed = platformWith(spec);
    fc.assert(
      fc.property(
        situation,
        ({ job: status, ready, revision, storage, lost, monitoring, migratedVersion, hours, pods }) => {
          const platform = { ...fixed, status: { release: migratedVersion === undefined ? {} : { migratedVersion } } };
          const children = [
            live('StatefulSet', 'demo-postgres', 'postgres', {
              status: { readyReplicas: ready },
              ...(revision === undefined ? {} : { credentialsRevision: revision }),
            }),
            ...(storage === undefined
              ? []
              : [live('PersistentVolumeClaim', 'data-demo-postgres-0', 'postgres', { storage })]),
            ...(status === null ? [] : [live('Job', 'm', 'migrate', status === undefined ? {} : { status })]),
          ];
          const given = { platform, children, credentialsLost: lost, monitoring };
          const planned = planOf(
            { ...given, pods: Array.from({ length: pods }, (_, n) => live('Pod', `p${n}`, 'api')) },
            NOW_MS + hours * 3_600_000,
          );
          const inputs = canonical(planned.inputs);
          const desired = digest(planned.desired());
          expect(seen.get(inputs) ?? desired).toBe(desired);
          seen.set(inputs, desired);
        },
      ),
      { numRuns: 150 },
    );
    expect(seen.size).toBeGreaterThan(10);
  });

  it('comes back when the floor changes, or a failed migration is due', () => {
    const conditions = [{ type: 'Failed', status: 'True', lastTransitionTime: '2026-11-24T11:59:00Z' }];
    const failed = live('Job', 'm', 'migrate', { status: { conditions } });
    expect(planOf().replanAtMs).toBeUndefined();
    expect(planOf({ children: [failed] }).replanAtMs).toBe(NOW_MS + 240_000);
  });

  it('lets the API run only what the database was brought to', () => {
    const api = (seen: Partial<Observed>) => idsOf(planOf(seen)).includes('Deployment/demo-api');
    expect(api({})).toBe(false);
    expect(api({ platform: { ...platformWith(), status: { release: { migratedVersion: '0.1.0' } } } })).toBe(true);
  });
});
