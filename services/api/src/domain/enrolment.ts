/** Whether a class can be joined: what its facilitator has set, how long it lasts, and the district's consent. */

export const ENROLMENT_MODES = ['open', 'returning', 'closed'] as const;
export type EnrolmentMode = (typeof ENROLMENT_MODES)[number];

export interface ClassDoor {
  readonly mode: EnrolmentMode;
  readonly isLocked: boolean;
  readonly isArchived: boolean;
  readonly expiresAtMs: number;
  /** Whether a consent is recorded that covers the class. */
  readonly isConsented: boolean;
}

/** Somebody new, or who comes back with a return code. */
export type Comer = 'new' | 'returning';

export const REFUSALS = {
  over: 'This class is over. Ask your teacher for the code of the new one.',
  consent: 'This class cannot be joined yet: its school has still to record a consent. Tell your teacher.',
  locked: 'The door of this class is locked at the moment. Ask your teacher to open it.',
  closed: 'This class takes nobody any more. Ask your teacher.',
  returning: 'This class takes nobody new. If you were in it before, type your return code as well.',
} as const;
export type Refusal = keyof typeof REFUSALS;

/** @returns why somebody may not come in, or undefined when they may. The first that holds is what can be done least about. */
export function refusal(door: ClassDoor, comer: Comer, nowMs: number): Refusal | undefined {
  if (door.isArchived || door.expiresAtMs <= nowMs) return 'over';
  if (!door.isConsented) return 'consent';
  if (door.isLocked) return 'locked';
  if (door.mode === 'closed') return 'closed';
  return door.mode === 'returning' && comer === 'new' ? 'returning' : undefined;
}

/** @returns who may come in. */
export function openTo(door: ClassDoor, nowMs: number): 'everyone' | 'returning' | 'nobody' {
  if (refusal(door, 'returning', nowMs) !== undefined) return 'nobody';
  return refusal(door, 'new', nowMs) === undefined ? 'everyone' : 'returning';
}
