/** The Job that migrates the database, on a direct connection: the migrator's lock is a session's, which pooling breaks. */
import { createHash } from 'node:crypto';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childMetadata, type Manifest } from '../../platform/manifest.ts';
import { childName, DATABASE_NAME, PHASE_LABEL, PORTS, VERSION_LABEL, versionSlug } from '../../platform/names.ts';
import { container, plainEnv, podTemplate, scratch, secretEnv } from '../../platform/pods.ts';
import { ACCOUNTS_RELEASE, isAtLeast } from '../../platform/versions.ts';
import type { Phase } from './decide.ts';

/** Longest name of a Job, whose pods carry it as a label's value (kubernetes.io/docs: "Names"). */
const MAX_LENGTH = 63;

export interface MigrationRelease {
  readonly version: string;
  readonly secret: string;
  readonly phase: Phase;
}

/** What the Job of each phase is called. */
const STEMS = { expand: 'migrate', contract: 'contract' } as const;

/** @returns the Job for a version. Its template is immutable, so its name tells what it was made of: other input, another Job. */
export function renderMigration(platform: HeroesPlatform, release: MigrationRelease): Manifest & IJob {
  const { version, phase } = release;
  const template = jobTemplate(platform, release);
  const metadata = childMetadata(platform, 'migrate', 'migrate');
  const phaseLabel = isAtLeast(version, ACCOUNTS_RELEASE) ? { [PHASE_LABEL]: phase } : {};
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...metadata,
      name: jobName(platform, `${STEMS[phase]}-${versionSlug(version)}`, template),
      labels: { ...metadata.labels, [VERSION_LABEL]: version, ...phaseLabel },
    },
    spec: { backoffLimit: 3, activeDeadlineSeconds: 900, template },
  };
}

function jobName(platform: HeroesPlatform, suffix: string, template: IPodTemplateSpec): string {
  const input = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 8);
  const stem = childName(platform, suffix).slice(0, MAX_LENGTH - 1 - input.length);
  return `${stem.replace(/-+$/, '')}-${input}`;
}

function jobTemplate(platform: HeroesPlatform, { version, secret, phase }: MigrationRelease): IPodTemplateSpec {
  const temporary = scratch('tmp', '/tmp', '64Mi');
  return podTemplate(platform, {
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
            secretEnv(secret, 'DATABASE_PASSWORD', 'owner-password'),
            ...(isAtLeast(version, ACCOUNTS_RELEASE) ? plainEnv({ MIGRATION_PHASE: phase }) : []),
          ],
          resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
          terminationMessagePolicy: 'FallbackToLogsOnError',
          volumeMounts: [temporary.mount],
        }),
      ],
      volumes: [temporary.volume],
    },
  });
}
