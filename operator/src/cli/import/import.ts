/** `kubectl heroes schedule import`: from the files of another system to the `schedule` block of a custom resource. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../kube/errors.ts';
import type { Result } from '../plan-command.ts';
import { scheduleBlock } from './block.ts';
import { draftBells } from './bells.ts';
import { faultInWords, type CalendarDraft, type Drafted, type Folder, type SourceFault } from './draft.ts';
import { draftEdFi } from './ed-fi.ts';
import { draftIcs } from './ics.ts';
import { draftOneRoster } from './oneroster.ts';
import { tidy, type CalendarBlock, type TidyCalendar } from './tidy.ts';

export interface ImportOptions {
  /** One of the three. */
  readonly edFi?: string;
  readonly oneroster?: string;
  readonly ics?: string;
  /** A file of bell schedules, for a source that has no times. */
  readonly bells?: string;
  /** Of the district, for times that are given in UTC. */
  readonly timeZone?: string;
  /** In class at once, where the source does not say. */
  readonly students?: string;
}

/** @returns the files of a folder. @throws Error when there is none. */
function folderAt(path: string): Folder {
  const names = reading(path, 'folder', () => readdirSync(path).sort());
  return { path, names, read: (name) => textAt(join(path, name)) };
}

const textAt = (file: string): string => reading(file, 'file', () => readFileSync(file, 'utf8')).replace(/^\uFEFF/, '');

function reading<T>(path: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new Error(`${path}: cannot be read (${code}): name a ${what}`, { cause: error });
  }
}

/** @returns the calendars of a source, as they may be applied. @throws Error for files that cannot be read. */
export function importCalendars(options: ImportOptions, nowMs: number): readonly CalendarBlock[] {
  const { drafted } = draft(options, nowMs);
  if (!drafted.ok) throw new Error(drafted.faults.map(faultInWords).join('\n'));
  return complete(drafted.calendars, options).map(({ calendar }) => calendar);
}

/** @returns what to print. Exit code 1, and one line a fault, when the files cannot be read. */
export function runImport(options: ImportOptions, nowMs: number): Result {
  try {
    const { source, drafted } = draft(options, nowMs);
    if (!drafted.ok) return complain(drafted.faults);
    const calendars = complete(drafted.calendars, options);
    return { exitCode: 0, output: scheduleBlock(source, { calendars, notes: drafted.notes }), complaint: '' };
  } catch (error) {
    return { exitCode: 1, output: '', complaint: messageOf(error) };
  }
}

function complete(drafts: readonly CalendarDraft[], options: ImportOptions): TidyCalendar[] {
  const students = studentsOf(options);
  return tidy(drafts.map((each) => ({ ...each, students: each.students ?? students })));
}

const complain = (faults: readonly SourceFault[]): Result => ({
  exitCode: 1,
  output: '',
  complaint: faults.map(faultInWords).join('\n'),
});

function studentsOf({ students }: ImportOptions): number | undefined {
  if (students === undefined || /^\d{1,6}$/.test(students))
    return students === undefined ? undefined : Number(students);
  throw new Error(`--students: "${students}" is no number of students: write one, such as 1500`);
}

function draft(options: ImportOptions, nowMs: number): { readonly source: string; readonly drafted: Drafted } {
  const { edFi, oneroster, ics, timeZone } = options;
  if ([edFi, oneroster, ics].filter((each) => each !== undefined).length !== 1)
    throw new Error('Name one source: --ed-fi DIR, --oneroster DIR or --ics FILE.');
  if (edFi !== undefined) return { source: `the Ed-Fi export ${edFi}`, drafted: draftEdFi(folderAt(edFi)) };
  const bells =
    options.bells === undefined ? ({ ok: true, bells: [] } as const) : draftBells(options.bells, textAt(options.bells));
  if (!bells.ok) return { source: '', drafted: bells };
  if (oneroster !== undefined)
    return { source: `the OneRoster export ${oneroster}`, drafted: draftOneRoster(folderAt(oneroster), bells.bells) };
  const file = ics ?? '';
  const source = { file, text: textAt(file), nowMs, ...(timeZone === undefined ? {} : { timeZone }) };
  return { source: `the iCalendar file ${file}`, drafted: draftIcs(source, bells.bells) };
}
