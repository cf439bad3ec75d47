/**
 * CSV (RFC 4180) that no spreadsheet takes for more than text. Programs that open such a file take a cell for a formula by how
 * it begins (OWASP, "CSV Injection"): with one of these signs, their full-width kin, or either after what is not seen.
 */
import { stringify } from 'csv-stringify/sync';

/**
 * One of the signs, or what is not seen (blanks, line ends, controls, byte order marks, joiners), of which some programs take
 * no notice, so that a sign could stand after it.
 */
const DOUBTFUL = /^[\p{Z}\p{C}\s=+\-@|%\uff1d\uff0b\uff0d\uff20\uff5c\uff05]/u;

export type Cell = string | number | boolean | null;

/** @returns a text that begins with an apostrophe, by which it is a text, where it would be taken for a formula. */
export const harmless = (text: string): string => (DOUBTFUL.test(text) ? `'${text}` : text);

/**
 * @param columns - the names of the columns, in their order
 * @returns a file of a line of names and a line a row; with the mark by which spreadsheets know UTF-8
 */
export function csvOf<Name extends string>(
  columns: readonly Name[],
  rows: readonly Readonly<Record<Name, Cell>>[],
): string {
  const lines = [columns, ...rows.map((row) => columns.map((name) => written(row[name])))];
  return stringify(lines, { bom: true, quoted: true, quoted_empty: true, record_delimiter: 'windows' });
}

/** A number is one, and a minus before it no formula: it was not written by anybody. */
function written(cell: Cell): string {
  if (cell === null) return '';
  return typeof cell === 'string' ? harmless(cell) : String(cell);
}
