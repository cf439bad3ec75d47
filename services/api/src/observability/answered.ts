/** The line of the log that each request has which was answered. */
import type { Logger } from '@heroes/runtime/logger.ts';
import { repeatedLines, type Sample, type WriteLine } from '@heroes/runtime/repeated-line.ts';
import type { Answered } from '../http/ready-answers.ts';
import { ownTrace } from './lazy-log.ts';
import { trustedParent } from './tracing.ts';

const id = (text: string): Sample => ({ given: text, shown: text });

/** Of the form of what stands in their place. The schema's durations are nanoseconds. */
const NANOSECONDS = 1e6;
const SAMPLES = {
  reqId: id('00000000-0000-4000-8000-000000000001'),
  'trace.id': id('0123456789abcdef0123456789abcdef'),
  durationMs: { given: 987_654_321, shown: String(987_654_321 * NANOSECONDS) },
};

export interface TellAnswered {
  readonly answered: (answered: Answered) => void;
  /** Writes what still waits. */
  readonly flush: () => void;
}

/**
 * @param isTrusted - whose word is taken for the trace that a request is part of
 * @returns what tells the log of a request that no part of the framework saw, as app.ts tells of all others
 */
export function tellAnswered(log: Logger, isTrusted: (address: string) => boolean): TellAnswered {
  const parentOf = trustedParent(isTrusted);
  const { lineOf, flush } = repeatedLines(log);
  const lines = new WeakMap<Answered['labels'], WriteLine<keyof typeof SAMPLES>>();
  return {
    answered: ({ request, requestId, tookMs, labels }) => {
      if (!log.isLevelEnabled('info')) return;
      const { method, route, status_code } = labels;
      const fields = { method, route, status_code };
      const durationMs = Math.round(tookMs);
      const parent = parentOf(request);
      if (parent !== undefined) {
        const trace = { 'trace.id': parent.traceId, 'span.id': parent.spanId };
        log.info({ ...fields, durationMs, reqId: requestId, ...trace }, 'answered');
        return;
      }
      const line = lines.get(labels) ?? lineOf({ fields, varying: SAMPLES, message: 'answered' });
      lines.set(labels, line);
      line({ reqId: requestId, durationMs: durationMs * NANOSECONDS, 'trace.id': ownTrace(requestId) });
    },
    flush,
  };
}
