/** The certificate of a deletion: what was deleted of whom, when, and under which policy. It says nothing of what it was. */
import { byClass, type Counts } from '@heroes/migrations/retention.ts';

export interface Deletion {
  readonly requestId: string;
  /** Whose data it was, by the id that it had: `student:ID` or `account:ID`. */
  readonly subject: string;
  /** Rows that were deleted. */
  readonly deleted: Counts;
  /** Rows that stay, as they are of others too, without what was of the subject in them. */
  readonly cleared: Counts;
  readonly policyVersion: string;
}

export interface ClassRows {
  readonly class: string;
  readonly rows: number;
}

/** What a certificate claims, as its JWS has it. */
export interface CertificateClaims {
  readonly jti: string;
  readonly sub: string;
  readonly deleted: readonly ClassRows[];
  readonly cleared: readonly ClassRows[];
  readonly policy: string;
  readonly archives: string;
}

/** Archives are whole: nothing is taken out of one. */
export const ARCHIVES = 'Archives of the database from before the deletion hold the data until they are replaced.';

/** @returns the claims of a deletion's certificate, classes in the order of their names. */
export function claimsOf({ requestId, subject, deleted, cleared, policyVersion }: Deletion): CertificateClaims {
  return {
    jti: requestId,
    sub: subject,
    deleted: listed(deleted),
    cleared: listed(cleared),
    policy: policyVersion,
    archives: ARCHIVES,
  };
}

const listed = (counts: Counts): readonly ClassRows[] =>
  Object.entries(byClass(counts))
    .map(([kept, rows]) => ({ class: kept, rows }))
    .sort((a, b) => (a.class < b.class ? -1 : 1));
