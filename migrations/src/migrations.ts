/** Every migration by its name, which orders them; a name is never changed once it was released. */
import type { Migration } from 'kysely/migration';
import * as initial from './migrations/0001-classrooms.ts';
import * as accounts from './migrations/0002-accounts.ts';
import * as lessonVersions from './migrations/0003-lesson-versions.ts';
import * as classrooms from './migrations/0004-classrooms.ts';
import * as participation from './migrations/0005-participation.ts';
import * as safety from './migrations/0006-safety.ts';
import * as analytics from './migrations/0007-analytics.ts';
import * as privacy from './migrations/0008-privacy.ts';
import * as audit from './migrations/0009-audit.ts';
import * as whoActs from './migrations/0010-who-acts.ts';
import * as rowSecurity from './migrations/0011-row-security.ts';

/**
 * `expand` adds what the running release does not mind and is run before the new one comes; `contract` takes away what only
 * the former release needed and is run when that has gone. Of one release the contract ones are the last.
 */
export type Phase = 'expand' | 'contract';

export interface PhasedMigration extends Migration {
  readonly phase: Phase;
}

export const MIGRATIONS: Readonly<Record<string, PhasedMigration>> = {
  '0001-classrooms': initial,
  '0002-accounts': accounts,
  '0003-lesson-versions': lessonVersions,
  '0004-classrooms': classrooms,
  '0005-participation': participation,
  '0006-safety': safety,
  '0007-analytics': analytics,
  '0008-privacy': privacy,
  '0009-audit': audit,
  '0010-who-acts': whoActs,
  '0011-row-security': rowSecurity,
};

/** The last migration of each release, which is what a database of that release was brought to. */
export const RELEASES: Readonly<Record<string, keyof typeof MIGRATIONS>> = {
  '0.1.0': '0001-classrooms',
  '0.2.0': '0011-row-security',
};
