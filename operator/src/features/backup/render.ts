/** Backups: the volume of the archives, and the CronJob that writes and verifies one. */
import type { ICronJob } from 'kubernetes-models/batch/v1/CronJob';
import type { IPersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childMetadata, type Manifest } from '../../platform/manifest.ts';
import { childName, DATABASE_NAME, labels, PORTS } from '../../platform/names.ts';
import { container, plainEnv, podTemplate, scratch, secretEnv } from '../../platform/pods.ts';
import { canonicalQuantity } from '../../platform/quantity.ts';

/** Finished Jobs kept: their outcome is the success rate's evidence. */
const JOBS_KEPT = 5;

/** A backup that could not start within an hour of its time waits for the next. */
const STARTING_DEADLINE_SECONDS = 3600;

/** @returns the name of the claim of the archive volume. */
export const archiveVolumeName = (platform: HeroesPlatform): string => childName(platform, 'backup');

/** @returns the archive volume; it outlives the platform unless the policy says otherwise. */
export function renderArchiveVolume(platform: HeroesPlatform): Manifest & IPersistentVolumeClaim {
  const { ownerReferences, ...metadata } = childMetadata(platform, 'backup', 'backup');
  const { size, storageClassName } = platform.spec.backup.repository.volume;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata:
      platform.spec.deletionPolicy === 'Delete' && ownerReferences !== undefined
        ? { ...metadata, ownerReferences }
        : metadata,
    spec: {
      accessModes: ['ReadWriteOnce'],
      ...(storageClassName === undefined ? {} : { storageClassName }),
      resources: { requests: { storage: canonicalQuantity(size) } },
    },
  };
}

/** What a backup runs, and with whose passwords. */
export interface BackupRelease {
  readonly version: string;
  readonly secret: string;
}

/** @returns the CronJob, in the district's time zone. */
export function renderBackup(platform: HeroesPlatform, release: BackupRelease): Manifest & ICronJob {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: childMetadata(platform, 'backup', 'backup'),
    spec: {
      schedule: platform.spec.backup.schedule,
      timeZone: platform.spec.district.timeZone,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: STARTING_DEADLINE_SECONDS,
      successfulJobsHistoryLimit: JOBS_KEPT,
      failedJobsHistoryLimit: JOBS_KEPT,
      suspend: false,
      jobTemplate: {
        metadata: { labels: labels(platform, 'backup') },
        spec: { backoffLimit: 1, activeDeadlineSeconds: 3600, template: backupPod(platform, release) },
      },
    },
  };
}

function backupPod(platform: HeroesPlatform, { version, secret }: BackupRelease) {
  const temporary = scratch('tmp', '/tmp', '64Mi');
  return podTemplate(platform, {
    component: 'backup',
    version,
    spec: {
      restartPolicy: 'Never',
      containers: [
        container(platform, {
          name: 'backup',
          image: 'jobs',
          version,
          args: ['backup'],
          env: [
            ...plainEnv({
              SERVICE_VERSION: version,
              DATABASE_HOST: childName(platform, 'postgres'),
              DATABASE_PORT: PORTS.postgres,
              DATABASE_NAME,
              DATABASE_USER: 'heroes_backup',
              BACKUP_DIRECTORY: '/backups',
              BACKUP_RETAIN: platform.spec.backup.retention.full,
            }),
            secretEnv(secret, 'DATABASE_PASSWORD', 'backup-password'),
          ],
          resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
          terminationMessagePolicy: 'FallbackToLogsOnError',
          volumeMounts: [{ name: 'archives', mountPath: '/backups' }, temporary.mount],
        }),
      ],
      volumes: [
        { name: 'archives', persistentVolumeClaim: { claimName: archiveVolumeName(platform) } },
        temporary.volume,
      ],
    },
  });
}
