import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvOf, harmless } from './csv.ts';

/** Reads what RFC 4180 writes, as spreadsheets do: every cell quoted, quotes doubled. */
function parse(csv: string): string[][] {
  const rows: string[][] = [[]];
  let rest = csv.replace(/^\ufeff/, '');
  while (rest !== '') {
    const cell = /^"((?:[^"]|"")*)"(,|\r\n|$)/.exec(rest);
    if (cell === null) throw new Error(`no cell at ${rest.slice(0, 20)}`);
    rows.at(-1)?.push((cell[1] ?? '').replaceAll('""', '"'));
    if (cell[2] === '\r\n') rows.push([]);
    rest = rest.slice(cell[0].length);
  }
  return rows.filter((row) => row.length > 0);
}

const SIGNS = ['=', '+', '-', '@', '\t', '\r', '\n', '|', '%', '＝', '＋', '－', '＠'];
const UNSEEN = ['', ' ', '\u00a0', '\ufeff', '\u200b', '\u2060', '\u3000', '\u0000', '\u001f', '\u202e', '\r\n'];

describe('harmless', () => {
  it.each(SIGNS.flatMap((sign) => UNSEEN.map((unseen) => [JSON.stringify(unseen + sign), unseen + sign] as const)))(
    'makes a text of what begins with %s',
    (_shown, beginning) => {
      expect(harmless(`${beginning}HYPERLINK("http://x.example")`)).toBe(`'${beginning}HYPERLINK("http://x.example")`);
    },
  );

  it.each(['Calm Otter', 'Calm\nOtter', 'a=b', '1-2', "'tis", 'x@example.org', '', '五＋五'])(
    'leaves %j as it is',
    (text) => {
      expect(harmless(text)).toBe(text);
    },
  );
});

describe('csvOf', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.tuple(fc.constantFrom(...UNSEEN), fc.constantFrom(...SIGNS), fc.string()).map((parts) => parts.join('')),
    fc.constantFrom('","=1+1', '"\r\n=1+1', "=cmd|'/C calc'!A0"),
  );

  it('gives back every cell, none of them a formula, and no more cells than there were', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ alias: text, title: text }), { maxLength: 8 }), (rows) => {
        const [names, ...lines] = parse(csvOf(['alias', 'title'], rows));
        expect(names).toEqual(['alias', 'title']);
        expect(lines.map(([alias, title]) => ({ alias, title }))).toEqual(
          rows.map(({ alias, title }) => ({ alias: harmless(alias), title: harmless(title) })),
        );
        for (const cell of lines.flat()) {
          expect(cell).not.toMatch(/^[\s\p{C}\p{Z}]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u);
          expect(cell).not.toMatch(/^[\t\r\n]/);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('writes numbers, truths and nothing as such', () => {
    const [, line] = parse(csvOf(['a', 'b', 'c'], [{ a: -5, b: true, c: null }]));
    expect(line).toEqual(['-5', 'true', '']);
  });

  it('has the names of its columns also where there is no row', () => {
    expect(csvOf(['alias'], [])).toBe('\ufeff"alias"\r\n');
  });
});
