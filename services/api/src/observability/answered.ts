/**
 * The log of requests that were answered ready. Thousands of them come in a second at the bell, all for the same few lessons and from
 * nobody in particular; a line for each would cost more than the answers. So one line a second tells of all of a kind.
 */
import type { Logger } from '@heroes/runtime/logger.ts';
import type { Answered } from '../http/ready-answers.ts';
import { trustedParent } from './tracing.ts';

const EVERY_MS = 1_000;

interface Sum {
  requests: number;
  slowestMs: number;
}

export interface TellAnswered {
  readonly answered: (answered: Answered) => void;
  /** Writes what still waits. */
  readonly flush: () => void;
}

/**
 * @param isTrusted - whose word is taken for the trace that a request is part of: such a one has a line of its own, to be found by
 * @returns what tells the log of requests that no part of the framework saw
 */
export function tellAnswered(log: Logger, isTrusted: (address: string) => boolean): TellAnswered {
  const parentOf = trustedParent(isTrusted);
  const sums = new Map<Answered['labels'], Sum>();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const [labels, { requests, slowestMs }] of sums)
      log.info({ ...labels, requests, durationMs: Math.round(slowestMs) }, 'answered ready');
    sums.clear();
  };
  const count = (labels: Answered['labels'], tookMs: number): void => {
    const sum = sums.get(labels);
    if (sum === undefined) {
      sums.set(labels, { requests: 1, slowestMs: tookMs });
    } else {
      sum.requests += 1;
      if (tookMs > sum.slowestMs) sum.slowestMs = tookMs;
    }
    timer ??= setTimeout(flush, EVERY_MS).unref();
  };
  return {
    answered: ({ request, requestId, tookMs, labels }) => {
      const parent = parentOf(request);
      if (parent === undefined) {
        count(labels, tookMs);
        return;
      }
      const trace = { 'trace.id': parent.traceId, 'span.id': parent.spanId };
      log.info({ ...labels, durationMs: Math.round(tookMs), reqId: requestId, ...trace }, 'answered');
    },
    flush,
  };
}
