/**
 * The scan for what is somebody's: everything personal that a suite made is looked for in all that the API has logged and in
 * what it shows at /metrics. Found by its first characters, so that thousands of values and megabytes of text are no matter.
 */
import type { Stack } from '../stack.ts';

/** Shorter ones would be found by chance. */
const SHORTEST = 6;

export class Personal {
  readonly #values = new Map<string, string>();

  /** @param what - names the kind of value, for who reads that it was found */
  add(what: string, ...values: readonly (string | null | undefined)[]): void {
    for (const value of values) if (value != null && value.length >= SHORTEST) this.#values.set(value, what);
  }

  get size(): number {
    return this.#values.size;
  }

  get values(): readonly string[] {
    return [...this.#values.keys()];
  }

  /** @returns what was found in a text: kind and value, each once. */
  foundIn(text: string): string[] {
    const byStart = Map.groupBy(this.#values.keys(), (value) => value.slice(0, SHORTEST));
    const found = new Set<string>();
    for (let at = 0; at + SHORTEST <= text.length; at += 1)
      for (const value of byStart.get(text.slice(at, at + SHORTEST)) ?? [])
        if (text.startsWith(value, at)) found.add(`${this.#values.get(value) ?? ''}: ${value}`);
    return [...found];
  }
}

/** Adds what the database holds of people. @returns how many values there are to look for. */
export async function addStored(personal: Personal, { db }: Stack): Promise<number> {
  const students = await db.selectFrom('student_sessions').select('alias').execute();
  personal.add('alias', ...students.map(({ alias }) => alias));
  const classes = await db.selectFrom('classrooms').select(['code', 'title']).execute();
  for (const { code, title } of classes) {
    personal.add('class code', code, `${code.slice(0, 4)}-${code.slice(4)}`);
    if (title !== 'Class') personal.add('class title', title);
  }
  const accounts = await db.selectFrom('accounts').select(['email', 'display_name', 'password_hash']).execute();
  for (const account of accounts) {
    personal.add('address of mail', account.email);
    personal.add('name', account.display_name);
    personal.add('password hash', account.password_hash);
  }
  const reports = await db.selectFrom('incident_reports').select('description').execute();
  personal.add('free text', ...reports.map(({ description }) => description));
  return personal.size;
}

/** A token is one wherever it is, whoever it was given to. */
const TOKEN = /eyJ[\w-]{10,}\.[\w-]+\.[\w-]+/g;

/** @returns what of it is in a text, and all that looks like a token. */
export const allIn = (personal: Personal, text: string): string[] => [
  ...personal.foundIn(text),
  ...(text.match(TOKEN) ?? []).map((token) => `token: ${token}`),
];
