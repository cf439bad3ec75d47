/**
 * A help signal's life. It only goes forward (open, acknowledged, escalated, resolved; some are left out), and until it is
 * resolved somebody is always on it: an adult who acknowledged the child's last press, the clock that will escalate it, or
 * the school's administrators, to whom it has escalated.
 */

export const HELP_STATES = ['open', 'acknowledged', 'escalated', 'resolved'] as const;
export type HelpState = (typeof HELP_STATES)[number];

export interface HelpSignal {
  readonly state: HelpState;
  /** When the clock escalates it; null while it need not. */
  readonly escalatesAt: Date | null;
  readonly escalatedAt: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly resolvedAt: Date | null;
  /** When the child pressed last. */
  readonly pressedAt: Date;
  readonly presses: number;
  /** Grows with each change. */
  readonly revision: number;
}

export type HelpEvent =
  | { readonly kind: 'press'; readonly at: Date; readonly escalatesAt: Date }
  | { readonly kind: 'acknowledge' | 'escalate' | 'resolve' | 'tick'; readonly at: Date };

/** Presses closer together than this are one: a child may hammer the button, and no rate has to refuse it. */
export const PRESS_MS = 10_000;

/** @returns a signal as a child's first press makes it. */
export const raised = (at: Date, escalatesAt: Date): HelpSignal => ({
  state: 'open',
  escalatesAt,
  escalatedAt: null,
  acknowledgedAt: null,
  resolvedAt: null,
  pressedAt: at,
  presses: 1,
  revision: 1,
});

/**
 * @returns the signal after an event; the very same one when the event changes nothing, and undefined when it comes too late:
 * what is resolved is acknowledged and escalated no more, and a press is the beginning of another signal.
 */
export function after(signal: HelpSignal, event: HelpEvent): HelpSignal | undefined {
  const changes = changesBy(signal, event);
  if (changes === undefined || changes === NONE) return changes === NONE ? signal : undefined;
  return { ...signal, ...changes, revision: signal.revision + 1 };
}

type Changes = Partial<HelpSignal>;
const NONE: Changes = {};

function changesBy(signal: HelpSignal, event: HelpEvent): Changes | undefined {
  if (signal.state === 'resolved') return event.kind === 'resolve' || event.kind === 'tick' ? NONE : undefined;
  switch (event.kind) {
    case 'press':
      return pressed(signal, event);
    case 'acknowledge':
      return acknowledged(signal, event.at);
    case 'escalate':
      return escalated(signal, event.at);
    case 'tick':
      return signal.escalatesAt !== null && signal.escalatesAt <= event.at ? escalated(signal, event.at) : NONE;
    case 'resolve':
      return { state: 'resolved', resolvedAt: event.at, escalatesAt: null };
  }
}

/** Whoever acknowledged the press before has their time again from this one. */
function pressed(signal: HelpSignal, { at, escalatesAt }: { readonly at: Date; readonly escalatesAt: Date }): Changes {
  if (!isAnswered(signal) && at.getTime() - signal.pressedAt.getTime() < PRESS_MS) return NONE;
  const due = signal.state === 'escalated' ? null : (signal.escalatesAt ?? escalatesAt);
  const unanswered = new Date((signal.acknowledgedAt?.getTime() ?? 0) + 1);
  return { pressedAt: later(at, unanswered), presses: signal.presses + 1, escalatesAt: due };
}

function acknowledged(signal: HelpSignal, at: Date): Changes {
  if (isAnswered(signal)) return NONE;
  const state = signal.state === 'open' ? 'acknowledged' : signal.state;
  return { state, acknowledgedAt: later(at, signal.pressedAt), escalatesAt: null };
}

const escalated = ({ state }: HelpSignal, at: Date): Changes =>
  state === 'escalated' ? NONE : { state: 'escalated', escalatedAt: at, escalatesAt: null };

/** @returns whether somebody has acknowledged the child's last press. */
export const isAnswered = ({ acknowledgedAt, pressedAt }: HelpSignal): boolean =>
  acknowledgedAt !== null && acknowledgedAt >= pressedAt;

/** Two who act at once may each have begun before the other: what comes second has the later time all the same. */
const later = (a: Date, b: Date): Date => (a > b ? a : b);
