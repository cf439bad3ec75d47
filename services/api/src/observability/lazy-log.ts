/**
 * A request's log, made when there is something to say. Most requests say nothing, and to make a child of a logger takes longer
 * than to answer from memory.
 */
import type { FastifyBaseLogger } from 'fastify';
import type { Logger } from '@heroes/runtime/logger.ts';

/** @returns the logger, whose children are made with their first line, and name their trace by the request's id unless they are told. */
export const withLazyChildren = (log: Logger): FastifyBaseLogger =>
  Object.assign(Object.create(log) as Logger, { child: (bindings: Bindings) => new LazyLog(log, bindings) });

interface Bindings {
  readonly reqId?: string;
  readonly 'trace.id'?: string;
}
type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
type Line = Parameters<FastifyBaseLogger['info']>;

class LazyLog {
  readonly #parent: Logger;
  readonly #bindings: Bindings;
  #log: Logger | undefined;

  constructor(parent: Logger, bindings: Bindings) {
    this.#parent = parent;
    this.#bindings = bindings;
  }

  get level(): string {
    return this.#parent.level;
  }

  child(bindings: Bindings): LazyLog {
    return new LazyLog(this.#parent, { ...this.#bindings, ...bindings });
  }

  fatal(...line: Line): void {
    this.#say('fatal', line);
  }

  error(...line: Line): void {
    this.#say('error', line);
  }

  warn(...line: Line): void {
    this.#say('warn', line);
  }

  info(...line: Line): void {
    this.#say('info', line);
  }

  debug(...line: Line): void {
    this.#say('debug', line);
  }

  trace(...line: Line): void {
    this.#say('trace', line);
  }

  silent(): void {
    // As pino's own does.
  }

  #say(level: Level, line: Line): void {
    if (!this.#parent.isLevelEnabled(level)) return;
    this.#log ??= this.#parent.child({ ...traceOf(this.#bindings), ...this.#bindings });
    this.#log[level](...line);
  }
}

/** @returns the name of a trace that a request is all of: its id is as long, and as random. */
export const ownTrace = (requestId: string): string => requestId.replaceAll('-', '');

const traceOf = ({ reqId }: Bindings): Bindings => (reqId === undefined ? {} : { 'trace.id': ownTrace(reqId) });
