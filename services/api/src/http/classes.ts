/** The classes that routes are declared by: of data, of its retention, of rates, of what is shed first. */
import { KEPT_CLASSES } from '@heroes/migrations/retention.ts';

/** What a route's data is, by how much harm its loss would do. Kept in docs/reference/data-inventory.md by generation. */
export const DATA_CLASSES = {
  Operational: 'About the service itself; nothing of a person.',
  Curriculum: 'Lessons; public once published.',
  Staff: 'Of the adults who teach and administer: address of mail, display name, roles.',
  Classroom: 'Of a class as a whole: its title, grade, code, what it is being taught.',
  StudentSession: 'Of a student under an alias: enrolment, progress, check-ins, answers.',
  Safety: 'Of a child in need: help signals and incident reports.',
  Aggregate: 'Counts of groups, of which those under five are withheld.',
  Audit: 'Who did what, when; personal fields apart.',
} as const;
export type DataClass = keyof typeof DATA_CLASSES;

/**
 * How long it is kept: not at all, as long as it is taught, or for the days that the district sets (spec.privacy.retention)
 * for one of the classes that migrations/src/retention.ts deletes by.
 */
export const RETENTION_CLASSES = ['None', 'Curriculum', ...KEPT_CLASSES] as const;
export type RetentionClass = (typeof RETENTION_CLASSES)[number];

/**
 * How often it may be called: `subject` by each holder of a token; `join` and `signIn` by budgets of their own that a school
 * behind one address can live with; `open` by nobody's count, as what everybody may read is cached and cheap.
 */
export const RATE_CLASSES = ['open', 'subject', 'join', 'signIn'] as const;
export type RateClass = (typeof RATE_CLASSES)[number];

/** What is shed first under load. A join and a help signal never are. */
export const PRIORITIES = ['essential', 'normal', 'deferrable'] as const;
export type Priority = (typeof PRIORITIES)[number];
