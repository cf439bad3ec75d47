/** Reports of incidents: what they can be of, when they can have happened, and how they are reviewed. */

export const INCIDENT_CATEGORIES = [
  'physical',
  'verbal',
  'exclusion',
  'threat',
  'property',
  'online',
  'identity',
  'other',
] as const;
export type IncidentCategory = (typeof INCIDENT_CATEGORIES)[number];

/** What a student was in it. An adult who reports is none of these. */
export const STUDENT_ROLES = ['target', 'bystander'] as const;
export const REPORTER_ROLES = [...STUDENT_ROLES, 'adult'] as const;

export const INCIDENT_STATES = ['new', 'reviewed', 'closed'] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

/** A review goes forward. @returns whether a report in one state may be put into another; into its own it may. */
export const mayBecome = (from: IncidentState, to: IncidentState): boolean =>
  INCIDENT_STATES.indexOf(to) >= INCIDENT_STATES.indexOf(from);

const DAY_MS = 86_400_000;
const MOST_DAYS_AGO = 366;

/**
 * @param date - a calendar date, as 2026-11-25, where the child is
 * @returns whether something can have happened then: on a day there is, within a year, and not after today's date anywhere on Earth
 */
export function canHaveHappened(date: string, now: Date): boolean {
  const day = Date.parse(`${date}T00:00:00Z`);
  // Date.parse takes 31 February for a day of March.
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== date) return false;
  // The earliest zone is 14 hours ahead of UTC.
  return day <= now.getTime() + 14 * 3_600_000 && day >= now.getTime() - MOST_DAYS_AGO * DAY_MS;
}
