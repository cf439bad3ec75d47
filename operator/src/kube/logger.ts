/** What the runtime needs of a logger; pino satisfies it. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** @returns a logger whose lines all carry these fields. */
  child(fields: object): Logger;
}
