/** `kubectl heroes schedule import`: from the files of another system to the `schedule` block of a custom resource. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../kube/errors.ts';
import type { Result } from '../plan-command.ts';
import { scheduleBlock } from './block.ts';
import { faultInWords, type Drafted, type Folder } from './draft.ts';
import { draftEdFi } from './ed-fi.ts';
import { tidy, type CalendarBlock } from './tidy.ts';

export interface ImportOptions {
  readonly edFi?: string;
}

/** @returns the files of a folder. @throws Error when there is none. */
export function folderAt(path: string): Folder {
  return {
    path,
    names: readdirSync(path).sort(),
    read: (name) => readFileSync(join(path, name), 'utf8').replace(/^\uFEFF/, ''),
  };
}

/** @returns the calendars of an Ed-Fi export, as they may be applied. @throws Error for files that cannot be read. */
export function calendarsOfEdFi(path: string): readonly CalendarBlock[] {
  const drafted = draftEdFi(folderAt(path));
  if (!drafted.ok) throw new Error(drafted.faults.map(faultInWords).join('\n'));
  return tidy(drafted.calendars).map(({ calendar }) => calendar);
}

/** @returns what to print. Exit code 1, and one line a fault, when the files cannot be read. */
export function runImport(options: ImportOptions): Result {
  try {
    const { source, drafted } = draft(options);
    if (!drafted.ok) return { exitCode: 1, output: '', complaint: drafted.faults.map(faultInWords).join('\n') };
    const { calendars, notes } = drafted;
    return { exitCode: 0, output: scheduleBlock(source, { calendars: tidy(calendars), notes }), complaint: '' };
  } catch (error) {
    return { exitCode: 1, output: '', complaint: messageOf(error) };
  }
}

function draft({ edFi }: ImportOptions): { readonly source: string; readonly drafted: Drafted } {
  if (edFi !== undefined) return { source: `the Ed-Fi export ${edFi}`, drafted: draftEdFi(folderAt(edFi)) };
  throw new Error('Name one source: --ed-fi DIR, --oneroster DIR or --ics FILE.');
}
