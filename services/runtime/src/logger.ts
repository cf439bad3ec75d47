/**
 * Structured logs: one JSON object a line, in the shape of the Elastic Common Schema, on standard output; where lines are
 * shipped, also in files of bounded size. What a line may hold is in log-fields.ts.
 */
import { ecsFormat } from '@elastic/ecs-pino-format';
import {
  pino,
  type ChildLoggerOptions,
  type DestinationStream,
  type Logger,
  type LoggerOptions as PinoOptions,
} from 'pino';
import { openLogFiles } from './log-files.ts';
import { fieldsOf } from './log-fields.ts';
import { scrub } from './scrub.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly service: string;
  readonly version: string;
  readonly level?: string;
  /** What each line holds besides, as the trace that it belongs to. */
  readonly mixin?: () => object;
  /** Folder for files of the lines; none unless given. */
  readonly directory?: string;
  /** Takes the lines; standard output unless given. */
  readonly destination?: DestinationStream;
}

/** @returns a logger that names the service and its version in each line. */
export function createLogger({ service, version, level = 'info', ...options }: LoggerOptions): Logger {
  const { mixin, directory = '', destination = pino.destination({ fd: 1, sync: true }) } = options;
  const ecs = ecsFormat({ serviceName: service, serviceVersion: version, apmIntegration: false });
  const places = directory === '' ? [destination] : [destination, openLogFiles(directory, service)];
  const [only = destination, ...more] = places;
  const stream = more.length === 0 ? only : pino.multistream(places.map((each) => ({ stream: each, level: 'trace' })));
  const settings: PinoOptions = {
    ...ecs,
    level,
    ...(mixin === undefined ? {} : { mixin }),
    formatters: { ...ecs.formatters, log: fieldsOf },
    hooks: { logMethod: plainly },
  };
  return withPlainChildren(pino(settings, stream));
}

/** Messages are constants; should one be made of something, what may be a person's is taken out, and nothing is put in. */
function plainly(this: Logger, args: unknown[], method: (...all: unknown[]) => void): void {
  const [first, second] = args;
  if (typeof first === 'string') method.call(this, scrub(first));
  else {
    const fields = first instanceof Error ? { err: first } : first;
    method.apply(this, typeof second === 'string' ? [fields, scrub(second)] : [fields, '']);
  }
}

/** What a child logger says in each line goes the same way; pino itself asks nobody about that. Children inherit it. */
function withPlainChildren(logger: Logger): Logger {
  const { child } = logger as unknown as { readonly child: (bindings: object, options?: ChildLoggerOptions) => Logger };
  return Object.assign(logger, {
    child(this: Logger, bindings: object, { level }: ChildLoggerOptions = {}): Logger {
      const fields = fieldsOf(bindings as Record<string, unknown>);
      return child.call(this, fields, level === undefined ? {} : { level });
    },
  });
}
