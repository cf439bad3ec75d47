/** What a feature decides. "The user must act" is a value; "try again" is an exception. */

import type { Fault } from '@heroes/crds/validate.ts';

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

export interface Refusal extends Fault {
  readonly ok: false;
  readonly reason: Reason;
  /** What else is wrong. */
  readonly others?: readonly Fault[];
}

export type Verdict<T> = { readonly ok: true; readonly value: T } | Refusal;

export const accept = <T>(value: T): Verdict<T> => ({ ok: true, value });

export const refuse = (reason: Reason, path: string, message: string): Refusal => ({
  ok: false,
  reason,
  path,
  message,
});

/** @returns a refusal for several faults, told by the first of them. */
export const refuseAll = (reason: Reason, { path, message }: Fault, others: readonly Fault[]): Refusal => ({
  ...refuse(reason, path, message),
  ...(others.length === 0 ? {} : { others }),
});

/** @returns every fault that a refusal is for. */
export const faultsOf = ({ path, message, others = [] }: Refusal): Fault[] => [{ path, message }, ...others];
