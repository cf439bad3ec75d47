/** Pure: bell schedules from a YAML file, for sources that have terms and holidays and no times: a list of periods a kind of day. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';
import { collectFaults, type BellsDraft, type PeriodDraft, type SourceFault } from './draft.ts';

const WEEK = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'] as const;
const EXAMPLE = 'regular: [{name: "1", startTime: "08:05", endTime: "08:55"}]';

export type Bells =
  | { readonly ok: true; readonly bells: readonly BellsDraft[] }
  | { readonly ok: false; readonly faults: readonly SourceFault[] };

/** @returns the kinds of day of a file, the first of them for Monday to Friday, or everything that is wrong with it. */
export function draftBells(file: string, text: string): Bells {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const faults = collectFaults();
  const lineOf = (node: unknown): number | undefined => {
    const start = (node as Node | undefined)?.range?.[0];
    return start === undefined ? undefined : counter.linePos(start).line;
  };
  for (const { message, linePos } of document.errors) faults.add(file, linePos?.[0].line, message.split('\n')[0] ?? '');
  if (faults.all.length > 0) return { ok: false, faults: faults.all };
  const { contents } = document;
  if (!isMap(contents) || contents.items.length === 0) {
    faults.add(file, 1, `holds no bell schedules: write a list of periods for each kind of day, as ${EXAMPLE}`);
    return { ok: false, faults: faults.all };
  }
  const bells = contents.items.map(({ key, value }, index) => {
    const name = isScalar(key) ? String(key.value) : '';
    if (!isSeq(value)) faults.add(file, lineOf(key), `"${name}" is no list of periods: write it as ${EXAMPLE}`);
    const items = isSeq(value) ? value.items : [];
    const periods = items.flatMap((item) =>
      periodOf(item, (message) => {
        faults.add(file, lineOf(item), message);
      }),
    );
    return { name, ...(index === 0 ? { days: WEEK } : {}), periods };
  });
  return faults.all.length > 0 ? { ok: false, faults: faults.all } : { ok: true, bells };
}

function periodOf(item: unknown, fault: (message: string) => void): PeriodDraft[] {
  const value = (isMap(item) ? item.toJSON() : {}) as Readonly<Record<string, unknown>>;
  const [name, startTime, endTime] = [value.name, value.startTime, value.endTime].map((each) =>
    typeof each === 'number' ? String(each) : each,
  );
  if (typeof name !== 'string' || !isTime(startTime) || !isTime(endTime))
    fault(`a period needs name, startTime and endTime, times as "08:05" in quotation marks`);
  else if (startTime >= endTime)
    fault(`period "${name}" ends at ${endTime}, not after its start at ${startTime}: exchange them`);
  else
    return [{ name, startTime, endTime, ...(typeof value.students === 'number' ? { students: value.students } : {}) }];
  return [];
}

const isTime = (value: unknown): value is string =>
  typeof value === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(value);
