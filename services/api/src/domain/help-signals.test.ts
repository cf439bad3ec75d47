import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { after, HELP_STATES, isAnswered, PRESS_MS, raised, type HelpEvent, type HelpSignal } from './help-signals.ts';

const MINUTES_10 = 600_000;
const START = Date.UTC(2026, 8, 7, 14);
const at = (ms: number): Date => new Date(START + ms);
const event = (kind: HelpEvent['kind'], ms: number): HelpEvent =>
  kind === 'press' ? { kind, at: at(ms), escalatesAt: at(ms + MINUTES_10) } : { kind, at: at(ms) };
const KINDS = ['press', 'acknowledge', 'tick', 'escalate', 'resolve'] as const;

/** Events in the order of time, from none to many of each kind. */
const histories = fc
  .array(fc.record({ kind: fc.constantFrom(...KINDS), gap: fc.integer({ min: 0, max: MINUTES_10 }) }), {
    maxLength: 30,
  })
  .map((steps) => {
    let ms = 0;
    return steps.map(({ kind, gap }) => event(kind, (ms += gap)));
  });

const first = raised(at(0), at(MINUTES_10));

/** Every signal that a history passes through, with the event that led to it. */
function* lives(history: readonly HelpEvent[]): Generator<{ before: HelpSignal; event: HelpEvent; next: HelpSignal }> {
  let before = first;
  for (const each of history) {
    const next = after(before, each) ?? before;
    yield { before, event: each, next };
    before = next;
  }
}

const rank = ({ state }: HelpSignal): number => HELP_STATES.indexOf(state);

describe('a help signal', () => {
  it('never goes backwards, and its revision tells of each change', () => {
    fc.assert(
      fc.property(histories, (history) => {
        for (const { before, next } of lives(history)) {
          expect(rank(next)).toBeGreaterThanOrEqual(rank(before));
          expect(next.revision).toBe(next === before ? before.revision : before.revision + 1);
          if (before.state === 'resolved') expect(next).toBe(before);
        }
      }),
    );
  });

  it('is never lost: until it is resolved an adult has answered the last press, the clock runs, or it has escalated', () => {
    fc.assert(
      fc.property(histories, (history) => {
        for (const { next } of lives(history)) {
          const watched = isAnswered(next) || next.escalatesAt !== null || next.state === 'escalated';
          expect(next.state === 'resolved' || watched).toBe(true);
          expect(next.escalatesAt === null || next.state === 'open' || next.state === 'acknowledged').toBe(true);
        }
      }),
    );
  });

  it('takes the same event twice as once', () => {
    fc.assert(
      fc.property(histories, fc.constantFrom(...KINDS), (history, kind) => {
        const signal = [...lives(history)].at(-1)?.next ?? first;
        const last = history.at(-1)?.at.getTime() ?? START;
        const once = after(signal, event(kind, last - START));
        if (once !== undefined) expect(after(once, event(kind, last - START)) ?? once).toBe(once);
      }),
    );
  });

  it('refuses an event only when it is resolved', () => {
    fc.assert(
      fc.property(histories, (history) => {
        for (const { before, event: each } of lives(history))
          if (after(before, each) === undefined) expect(before.state).toBe('resolved');
      }),
    );
  });

  it('escalates by the clock at its time, not before, and not once it was acknowledged', () => {
    expect(after(first, event('tick', MINUTES_10 - 1))).toBe(first);
    expect(after(first, event('tick', MINUTES_10))).toMatchObject({ state: 'escalated', escalatedAt: at(MINUTES_10) });
    const seen = after(first, event('acknowledge', 1)) ?? first;
    expect(seen).toMatchObject({ state: 'acknowledged', escalatesAt: null });
    expect(after(seen, event('tick', 10 * MINUTES_10))).toBe(seen);
  });

  it('gives whoever acknowledged it their time again when the child presses again, and then escalates', () => {
    const seen = after(first, event('acknowledge', 1)) ?? first;
    const again = after(seen, event('press', 2)) ?? seen;
    expect(again).toMatchObject({ state: 'acknowledged', presses: 2, escalatesAt: at(2 + MINUTES_10) });
    expect(after(again, event('acknowledge', 3))).toMatchObject({ state: 'acknowledged', escalatesAt: null });
    expect(after(again, event('tick', 2 + MINUTES_10))).toMatchObject({ state: 'escalated' });
  });

  it('does not put its escalation off however often the child presses', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: MINUTES_10 }), { maxLength: 20 }), (times) => {
        const presses = times.sort((a, b) => a - b).map((ms) => event('press', ms));
        expect(
          [...lives(presses)].every(({ next }) => next.escalatesAt?.getTime() === first.escalatesAt?.getTime()),
        ).toBe(true);
      }),
    );
  });

  it('takes presses within ten seconds as one, unless somebody answered in between', () => {
    expect(after(first, event('press', PRESS_MS - 1))).toBe(first);
    expect(after(first, event('press', PRESS_MS))).toMatchObject({ presses: 2 });
    const seen = after(first, event('acknowledge', 1)) ?? first;
    expect(after(seen, event('press', 2))).toMatchObject({ presses: 2 });
  });

  it('stays escalated when an administrator acknowledges it, and says that one has', () => {
    const up = after(first, event('escalate', 1)) ?? first;
    expect(after(up, event('acknowledge', 2))).toMatchObject({ state: 'escalated', acknowledgedAt: at(2) });
  });
});
