/** For tests: what an import prints, read back as it would be applied. */
import { parse } from 'yaml';
import type { Schedule } from '@heroes/crds/schedule.ts';
import { checkPlatform } from '../../documents.ts';
import { scheduleBlock } from '../block.ts';
import type { Drafted, Folder } from '../draft.ts';
import { faultInWords } from '../draft.ts';
import { tidy } from '../tidy.ts';

/** @returns a folder of files that are given as text. */
export const folderOf = (files: Readonly<Record<string, string>>): Folder => ({
  path: 'export',
  names: Object.keys(files).sort(),
  read: (name) => files[name] ?? '',
});

/** @returns the block that is printed. @throws Error with the faults. */
export function printed(drafted: Drafted, students?: number): string {
  if (!drafted.ok) throw new Error(drafted.faults.map(faultInWords).join('\n'));
  const calendars = drafted.calendars.map((each) => ({ ...each, students: each.students ?? students }));
  return scheduleBlock('a test', { calendars: tidy(calendars), notes: drafted.notes });
}

/** @returns the schedule of a platform that has the block, with its defaults. @throws Error when it would be refused. */
export function accepted(drafted: Drafted, students?: number): Schedule {
  const { schedule } = parse(printed(drafted, students), { version: '1.1' }) as { readonly schedule: object };
  const checked = checkPlatform({
    apiVersion: 'heroesinwaiting.com/v1alpha1',
    kind: 'HeroesPlatform',
    metadata: { name: 'imported' },
    spec: {
      district: { displayName: 'Imported', timeZone: 'America/New_York' },
      release: { version: '0.3.0' },
      schedule,
    },
  });
  if (!checked.ok) throw new Error(checked.faults.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  const { schedule: found } = checked.platform.spec;
  if (found === undefined) throw new Error('no schedule');
  return found;
}

/** @returns the faults of an import, a line each. */
export const faultsIn = (drafted: Drafted): string[] => (drafted.ok ? [] : drafted.faults.map(faultInWords));
