/** The way of a lesson's version: written, reviewed by somebody else, published once and never changed again. */

export const STATES = ['draft', 'review', 'approved', 'published', 'retired'] as const;
export type State = (typeof STATES)[number];

/** Those of which a lesson has one at a time: what is being worked on. */
export const OPEN_STATES = ['draft', 'review', 'approved'] as const satisfies readonly State[];
/** Those that everybody may read. */
export const PUBLIC_STATES = ['published', 'retired'] as const satisfies readonly State[];

export type Move = 'change' | 'discard' | 'submit' | 'approve' | 'reject' | 'publish' | 'retire';

interface Rule {
  readonly from: readonly State[];
  /** Undefined: it is gone. */
  readonly to: State | undefined;
}

const RULES: Readonly<Record<Move, Rule>> = {
  change: { from: ['draft'], to: 'draft' },
  discard: { from: OPEN_STATES, to: undefined },
  submit: { from: ['draft'], to: 'review' },
  approve: { from: ['review'], to: 'approved' },
  // Also by its authors, who take it back; and what was approved, when something is found before it is published.
  reject: { from: ['review', 'approved'], to: 'draft' },
  publish: { from: ['approved'], to: 'published' },
  retire: { from: ['published'], to: 'retired' },
};

export type Moved =
  { readonly ok: true; readonly to: State | undefined } | { readonly ok: false; readonly reason: string };

/** @returns where a move leads; a refusal names the states that it begins in. */
export function moved(state: State, move: Move): Moved {
  const { from, to } = RULES[move];
  if (from.includes(state)) return { ok: true, to };
  return { ok: false, reason: `It is in state ${state}; ${move} begins in ${from.join(', ')}.` };
}
