/** What a feature decides. "The user must act" is a value; "try again" is an exception. */

/** Reasons of a verdict that waits for the user, as they appear in conditions and Events. */
export const REASONS = {
  InvalidSchedule: 'InvalidSchedule',
  InvalidTimeZone: 'InvalidTimeZone',
  InvalidResources: 'InvalidResources',
  InvalidAddress: 'InvalidAddress',
  ConnectionBudgetExceeded: 'ConnectionBudgetExceeded',
  VolumeCannotShrink: 'VolumeCannotShrink',
} as const;

export type Reason = (typeof REASONS)[keyof typeof REASONS];

export interface Refusal {
  readonly ok: false;
  readonly reason: Reason;
  /** Path in the object, what is wrong with it, and the remedy. */
  readonly path: string;
  readonly message: string;
}

export type Verdict<T> = { readonly ok: true; readonly value: T } | Refusal;

export const accept = <T>(value: T): Verdict<T> => ({ ok: true, value });

export const refuse = (reason: Reason, path: string, message: string): Refusal => ({
  ok: false,
  reason,
  path,
  message,
});
