/** What a generated file is. */

export interface GeneratedFile {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly contents: () => string;
}

/** @returns what stands at the head of a generated file. */
export const notice = (source: string): string => `Generated from ${source} by \`npm run generate\`. Do not edit.`;
