/** Files of Ed-Fi's bulk exchange: interchanges in XML, whose elements know the line that they are on. */
import { SaxesParser } from 'saxes';
import type { Faults, Folder } from './draft.ts';

/** An element without its namespace's prefix. */
export interface Element {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

/** @returns the elements of all interchanges of these kinds, by name. Faults are added where a kind is missing or is no XML. */
export function readInterchanges(
  folder: Folder,
  kinds: readonly string[],
  faults: Faults,
): (name: string) => readonly Element[] {
  const missing = new Set(kinds);
  const all: Element[] = [];
  for (const name of folder.names.filter((each) => each.endsWith('.xml'))) {
    const text = folder.read(name);
    // Whole exports hold much else, and of much more: what is not asked for is not read.
    const kind = /<(?:\w+:)?Interchange(\w+)/.exec(text.slice(0, 4096))?.[1] ?? '';
    if (!kinds.includes(kind)) continue;
    missing.delete(kind);
    all.push(...(parse(`${folder.path}/${name}`, text, faults)?.children ?? []));
  }
  for (const kind of missing)
    faults.add(folder.path, undefined, `holds no Interchange${kind}: export it into this folder, as ${kind}.xml`);
  const byName = Map.groupBy(all, ({ name }) => name);
  return (name) => byName.get(name) ?? [];
}

type Building = { -readonly [Field in keyof Element]: Element[Field] } & { readonly children: Element[] };

/** @returns the root of a document; undefined, and a fault, when it is not well-formed. */
function parse(file: string, text: string, faults: Faults): Element | undefined {
  const parser = new SaxesParser<{ xmlns: false; position: true }>({ xmlns: false, position: true });
  const open: Building[] = [];
  let root: Building | undefined;
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name: local(name), file, line: parser.line, attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('text', (more) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += more;
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.on('error', (error) => {
    throw error;
  });
  try {
    parser.write(text).close();
    return root;
  } catch (error) {
    const words = (error as Error).message.replace(/^\d+:\d+: /, '').replace(/\.$/, '');
    faults.add(file, parser.line, `is no XML: ${words}: export it anew`);
    return undefined;
  }
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** @returns the first element along a path below another; undefined when there is none. */
export const below = (element: Element | undefined, ...path: readonly string[]): Element | undefined =>
  path.reduce((at, name) => at?.children.find((child) => child.name === name), element);

/** @returns the text of the first element along a path; empty when there is none. */
export const textOf = (element: Element | undefined, ...path: readonly string[]): string =>
  below(element, ...path)?.text.trim() ?? '';

/** @returns the elements of a name directly below another. */
export const all = (element: Element, name: string): Element[] =>
  element.children.filter((child) => child.name === name);
