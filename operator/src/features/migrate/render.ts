/** The Job that migrates the database, on a direct connection: the migrator's lock is a session's, which pooling breaks. */
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childMetadata, type Manifest } from '../../platform/manifest.ts';
import { childName, DATABASE_NAME, PORTS, VERSION_LABEL, versionSlug } from '../../platform/names.ts';
import { container, plainEnv, podTemplate, scratch, secretEnv } from '../../platform/pods.ts';

/** @returns the name of the Job that migrates to a version. */
export function migrationJobName(platform: HeroesPlatform, version: string): string {
  return childName(platform, `migrate-${versionSlug(version)}`)
    .slice(0, 63)
    .replace(/-+$/, '');
}

/** @returns the Job for a version. Its template is immutable, so it is made once and never changed. */
export function renderMigration(platform: HeroesPlatform, version: string): Manifest & IJob {
  const temporary = scratch('tmp', '/tmp', '64Mi');
  const metadata = childMetadata(platform, 'migrate', 'migrate');
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...metadata,
      name: migrationJobName(platform, version),
      labels: { ...metadata.labels, [VERSION_LABEL]: version },
    },
    spec: {
      backoffLimit: 3,
      activeDeadlineSeconds: 900,
      template: podTemplate(platform, {
        component: 'migrate',
        version,
        spec: {
          restartPolicy: 'Never',
          containers: [
            container(platform, {
              name: 'migrate',
              image: 'jobs',
              version,
              args: ['migrate'],
              env: [
                ...plainEnv({
                  SERVICE_VERSION: version,
                  DATABASE_HOST: childName(platform, 'postgres'),
                  DATABASE_PORT: PORTS.postgres,
                  DATABASE_NAME,
                  DATABASE_USER: 'heroes_owner',
                }),
                secretEnv(platform, 'DATABASE_PASSWORD', 'owner-password'),
              ],
              resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
              terminationMessagePolicy: 'FallbackToLogsOnError',
              volumeMounts: [temporary.mount],
            }),
          ],
          volumes: [temporary.volume],
        },
      }),
    },
  };
}
