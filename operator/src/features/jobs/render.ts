/** Work on a clock: the analytics' summary, the deletion of what is past its time, the anchoring of the audit. */
import type { ICronJob } from 'kubernetes-models/batch/v1/CronJob';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { retentionRules } from '@heroes/crds/privacy.ts';
import { childMetadata, type Manifest } from '../../platform/manifest.ts';
import { childName, DATABASE_NAME, labels, PORTS, type Component } from '../../platform/names.ts';
import { container, plainEnv, podTemplate, scratch, secretEnv } from '../../platform/pods.ts';

/** What the jobs run, and with whose passwords. */
export interface JobsRelease {
  readonly version: string;
  readonly secret: string;
  /** Whether somebody is in class, or will be in a moment. */
  readonly inSession: boolean;
}

interface Work {
  readonly component: Component;
  /** The command of the jobs' image. */
  readonly command: string;
  /** Five-field cron in the district's time zone. */
  readonly schedule: string;
  readonly suspend: boolean;
  /** A run that could not start within this of its time is left out. */
  readonly startingDeadlineSeconds: number;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Bells ring on the hour, or so many times five minutes after it: what is done all day is not begun at those, when a whole school
 * asks for something else.
 * @returns the CronJobs, in the order in which they are read best
 */
export function renderJobs(platform: HeroesPlatform, release: JobsRelease): Manifest[] {
  const works: readonly Work[] = [
    {
      component: 'refresh',
      command: 'refresh',
      // While nobody is in class nothing changes.
      schedule: '3-58/5 * * * *',
      suspend: !release.inSession,
      startingDeadlineSeconds: 120,
    },
    {
      component: 'retention',
      command: 'retention',
      // When nobody is in class, and after the backup.
      schedule: '15 3 * * *',
      suspend: false,
      startingDeadlineSeconds: 3 * 3600,
      env: { RETENTION_POLICY: JSON.stringify(retentionRules(platform.spec.privacy)) },
    },
    {
      component: 'audit',
      command: 'anchor-audit',
      schedule: '52 * * * *',
      suspend: false,
      startingDeadlineSeconds: 600,
    },
  ];
  return works.map((work) => cronJob(platform, release, work));
}

function cronJob(platform: HeroesPlatform, release: JobsRelease, work: Work): Manifest & ICronJob {
  const { component, schedule, suspend, startingDeadlineSeconds } = work;
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: childMetadata(platform, component, component),
    spec: {
      schedule,
      timeZone: platform.spec.district.timeZone,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds,
      // The last of each kind: its last words are read into the status.
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      suspend,
      jobTemplate: {
        metadata: { labels: labels(platform, component) },
        spec: { backoffLimit: 1, activeDeadlineSeconds: 1800, template: pod(platform, release, work) },
      },
    },
  };
}

function pod(platform: HeroesPlatform, { version, secret }: JobsRelease, { component, command, env = {} }: Work) {
  const temporary = scratch('tmp', '/tmp', '64Mi');
  return podTemplate(platform, {
    component,
    version,
    spec: {
      restartPolicy: 'Never',
      containers: [
        container(platform, {
          name: component,
          image: 'jobs',
          version,
          args: [command],
          env: [
            ...plainEnv({
              SERVICE_VERSION: version,
              DATABASE_HOST: childName(platform, 'postgres'),
              DATABASE_PORT: PORTS.postgres,
              DATABASE_NAME,
              DATABASE_USER: 'heroes_owner',
              ...env,
            }),
            secretEnv(secret, 'DATABASE_PASSWORD', 'owner-password'),
          ],
          resources: { requests: { cpu: '25m', memory: '64Mi' }, limits: { memory: '256Mi' } },
          terminationMessagePolicy: 'FallbackToLogsOnError',
          volumeMounts: [temporary.mount],
        }),
      ],
      volumes: [temporary.volume],
    },
  });
}
