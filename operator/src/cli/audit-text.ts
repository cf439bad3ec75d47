/** Pure: what verification of an audit found, in words. */

export interface AuditHead {
  readonly sequence: number;
  readonly hash: string;
}

/** As `POST /v1/audit/verify` answers. */
export interface Verdict {
  readonly complete: boolean;
  readonly entries: number;
  readonly reached: AuditHead;
  readonly head: AuditHead;
  readonly fault: { readonly sequence: number; readonly reason: string; readonly explanation: string } | null;
  readonly anchors: readonly (AuditHead & { readonly place: string; readonly holds: boolean })[];
}

/** The end of the chain as the operator has kept it, in the platform's status. */
export interface KeptAnchor extends AuditHead {
  readonly anchoredTime: string;
  /** Why a later end was not taken. */
  readonly conflict?: string;
}

export interface Findings {
  /** Whether it all holds. */
  readonly ok: boolean;
  readonly lines: readonly string[];
}

/** @returns what was found, the worst of it last. */
export function auditFindings(verdict: Verdict, kept: KeptAnchor | undefined): Findings {
  const { entries, fault, reached } = verdict;
  const lines = [
    `${entries} entries hold, up to entry ${reached.sequence}, ${reached.hash}.`,
    ...anchorLines(verdict, kept),
  ];
  const faults = [
    ...(kept?.conflict === undefined ? [] : [`The operator has noted a conflict: ${kept.conflict}.`]),
    ...verdict.anchors
      .filter(({ holds }) => !holds)
      .map(
        ({ sequence, place }) =>
          `The chain is not the one whose entry ${sequence} was noted (${placeOf(place)}): it was made anew, cut, or set back to an older backup.`,
      ),
    ...(fault === null ? [] : [`Entry ${fault.sequence} does not fit: ${fault.explanation}.`]),
  ];
  return { ok: faults.length === 0, lines: [...lines, ...faults] };
}

function anchorLines({ anchors }: Verdict, kept: KeptAnchor | undefined): string[] {
  const holding = anchors.filter(({ holds }) => holds).length;
  const noted = holding === 0 ? [] : [`${holding} of ${anchors.length} noted ends are in it.`];
  if (kept !== undefined) return noted;
  return [
    ...noted,
    'No end of it is kept outside of the database yet: a chain that was made anew as a whole would not be found.',
  ];
}

const placeOf = (place: string): string => (place === 'request' ? 'outside of the database' : place);
