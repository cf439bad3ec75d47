/** The line of the log that each request has which was answered. */
import type { Logger } from '@heroes/runtime/logger.ts';
import type { Answered } from '../http/ready-answers.ts';
import { ownTrace } from './lazy-log.ts';
import { trustedParent } from './tracing.ts';

/**
 * @param isTrusted - whose word is taken for the trace that a request is part of
 * @returns what tells the log of a request that no part of the framework saw, as app.ts tells of all others
 */
export function tellAnswered(log: Logger, isTrusted: (address: string) => boolean): (answered: Answered) => void {
  const parentOf = trustedParent(isTrusted);
  return ({ request, requestId, tookMs, labels }) => {
    if (!log.isLevelEnabled('info')) return;
    const { method, route, status_code } = labels;
    const line = { method, route, status_code, durationMs: Math.round(tookMs), reqId: requestId };
    log.info({ ...line, ...traceOf(parentOf(request), requestId) }, 'answered');
  };
}

function traceOf(parent: ReturnType<ReturnType<typeof trustedParent>>, requestId: string) {
  if (parent === undefined) return ownTrace({ reqId: requestId });
  return { 'trace.id': parent.traceId, 'span.id': parent.spanId };
}
