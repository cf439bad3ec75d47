/** Assumed by commands that show where a platform is going: its migration has succeeded. */
import { COMPONENT_LABEL, VERSION_LABEL } from '../platform/names.ts';
import type { Live } from '../platform/observed.ts';

/** @returns a Job that brought the database to a version. */
export const migratedJob = (version: string): Live => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'migrated', labels: { [COMPONENT_LABEL]: 'migrate', [VERSION_LABEL]: version } },
  status: { conditions: [{ type: 'Complete', status: 'True' }] },
});
