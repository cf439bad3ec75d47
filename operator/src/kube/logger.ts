/** What the runtime asks of a logger; pino is one. */

type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

export interface Logger {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}
