/** classroom_summary as the API may read it: through the view that knows who asks. */
import { sql, type SqlBool, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { ClassCounts } from '../../domain/suppression.ts';

export type Scope =
  | { readonly kind: 'classroom'; readonly classroomId: string }
  | { readonly kind: 'school'; readonly schoolId: string }
  | { readonly kind: 'district' };

export interface Summary extends ClassCounts {
  /** The first day of the week that the feelings are of. */
  readonly weekOf: string;
  readonly refreshedAt: Date;
}

/** @returns the summaries of a scope's classes that the transaction's actor may see. Not to be told as they are. */
export async function readSummaries(db: Transaction<DB>, scope: Scope): Promise<readonly Summary[]> {
  const { rows } = await sql<Summary>`
    select students, grade_level as "gradeLevel", lessons, feelings, week_of::text as "weekOf", refreshed_at as "refreshedAt"
    from classroom_summaries
    where ${isIn(scope)}
  `.execute(db);
  return rows;
}

function isIn(scope: Scope) {
  if (scope.kind === 'classroom') return sql<SqlBool>`classroom_id = ${scope.classroomId}`;
  return scope.kind === 'school' ? sql<SqlBool>`school_id = ${scope.schoolId}` : sql<SqlBool>`true`;
}
