/** Files of comma-separated values (RFC 4180), whose rows know the line that they are on. */
import { CsvError, parse } from 'csv-parse/sync';
import type { Faults, Folder } from './draft.ts';

export interface Row {
  readonly file: string;
  readonly line: number;
  /** @returns what a column holds; empty where there is none of that name. */
  readonly get: (column: string) => string;
}

export interface Wanted {
  readonly name: string;
  readonly columns: readonly string[];
  /** Why it is needed; undefined for a file that may be missing. */
  readonly remedy?: string;
}

/** @returns the rows of a file; none, and a fault, when it is missing or is not as it should be. */
export function readTable(folder: Folder, { name, columns, remedy }: Wanted, faults: Faults): Row[] {
  const file = `${folder.path}/${name}`;
  if (!folder.names.includes(name)) {
    if (remedy !== undefined) faults.add(file, undefined, `is not there: ${remedy}`);
    return [];
  }
  try {
    const records = parse(folder.read(name), {
      bom: true,
      info: true,
      trim: true,
      skip_empty_lines: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    const [head, ...rows] = records;
    const missing = columns.filter((column) => head?.record.includes(column) !== true);
    for (const column of missing)
      faults.add(file, 1, `has no column ${column}: export it with the header of the standard`);
    if (head === undefined || missing.length > 0) return [];
    const places = new Map(head.record.map((column, index) => [column, index]));
    return rows.map(({ record, info }) => ({
      file,
      line: info.lines,
      get: (column) => record[places.get(column) ?? -1] ?? '',
    }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as CsvError & { readonly lines?: number };
    faults.add(file, lines, `is no CSV: ${error.message.split('\n')[0] ?? ''}: mend the line, or export it anew`);
    return [];
  }
}
