/** Pure: imported calendars as the `schedule` block of a custom resource, with comments on what could not be mapped. */
import { Document, isMap, isSeq } from 'yaml';
import type { TidyCalendar } from './tidy.ts';

const WIDTH = 118;

/** @returns YAML to go below `spec` of a HeroesPlatform. */
export function scheduleBlock(
  source: string,
  { calendars, notes }: { readonly calendars: readonly TidyCalendar[]; readonly notes: readonly string[] },
): string {
  // kubectl and helm read YAML 1.1, in which a bare 08:05 is a number and a bare date a time.
  const document = new Document(
    { schedule: { calendars: calendars.map(({ calendar }) => calendar) } },
    { version: '1.1' },
  );
  document.commentBefore = commented([
    `Imported from ${source}, to go below spec of a HeroesPlatform.`,
    'Look it over, and list what it asks for: kubectl heroes schedule -f FILE.',
    ...notes,
  ]);
  const list = document.getIn(['schedule', 'calendars'], true);
  for (const [index, { notes: own }] of calendars.entries()) {
    const item = isSeq(list) ? list.items[index] : undefined;
    if (isMap(item) && own.length > 0) item.commentBefore = commented(own);
  }
  return document.toString({ lineWidth: 0, directives: false });
}

/** Each sentence on lines of its own, wrapped between words. */
function commented(sentences: readonly string[]): string {
  return sentences
    .flatMap((sentence) => {
      const lines: string[] = [];
      for (const word of sentence.replaceAll(/\s+/g, ' ').split(' ')) {
        const last = lines.at(-1);
        if (last !== undefined && last.length + word.length < WIDTH) lines[lines.length - 1] = `${last} ${word}`;
        else lines.push(last === undefined ? ` ${word}` : `   ${word}`);
      }
      return lines;
    })
    .join('\n');
}
