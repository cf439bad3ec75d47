/** Server-sent events as text (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
import type { LiveState } from './state.ts';

/** Why a stream ends: the token is no longer good, the pod stops, another stream of the same client took its place. */
export type EndReason = 'token' | 'restart' | 'replaced';

/** @returns how long a client should wait before it comes again, milliseconds. */
export const retryFrame = (milliseconds: number): string => `retry: ${milliseconds}\n\n`;

/** @returns the state as an event. The id is what a client sends as Last-Event-ID when it comes again. */
export const stateFrame = (state: LiveState): string =>
  `id: ${state.revision}\nevent: live\ndata: ${JSON.stringify(state)}\n\n`;

/** @returns what keeps a connection open through proxies; clients do not see it. */
export const beatFrame = (): string => ':\n\n';

export const endFrame = (reason: EndReason): string => `event: end\ndata: ${JSON.stringify({ reason })}\n\n`;

/** @returns the revision that a client has seen, or undefined when it says none that we gave. */
export function seenRevision(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
