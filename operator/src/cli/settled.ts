/** Assumed by commands that show where a platform is going: its migration has succeeded. */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { COMPONENT_LABEL, VERSION_LABEL } from '../platform/names.ts';
import type { Live } from '../platform/observed.ts';

/** @returns a Job of a platform that brought its database to the version that is wanted. */
export const migratedJob = ({ metadata, spec }: HeroesPlatform): Live => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: {
    name: 'migrated',
    labels: { [COMPONENT_LABEL]: 'migrate', [VERSION_LABEL]: spec.release.version },
    ownerReferences: [{ uid: metadata.uid }],
  },
  status: { conditions: [{ type: 'Complete', status: 'True' }] },
});
