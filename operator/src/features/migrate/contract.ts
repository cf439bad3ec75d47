/** What is left of a migration once the database is as the new release needs it: to take away what only the former one needed. */
import type { MigrationFacts, MigrationJob } from './decide.ts';

export interface Contract {
  readonly state: 'Waiting' | 'Contracting' | 'ContractFailed';
  /** Whether its Job has to exist. */
  readonly job: boolean;
  readonly failedJob?: MigrationJob;
}

/** @returns what is to be done, or undefined when nothing is left. */
export function decideContract(facts: MigrationFacts): Contract | undefined {
  if (!isPending(facts)) return undefined;
  const { wanted, rolledOut, jobs } = facts;
  const contracts = jobs.filter(({ version, phase }) => version === wanted && phase === 'contract');
  const failedJob = contracts.find(({ failedAtMs }) => failedAtMs !== undefined);
  if (failedJob !== undefined) return { state: 'ContractFailed', job: true, failedJob };
  // One that has begun is left to its end: a pod of the former release that comes now would find the database changed already.
  return rolledOut || contracts.length > 0 ? { state: 'Contracting', job: true } : { state: 'Waiting', job: false };
}

export const contractMessage = ({ state }: Contract, version: string): string =>
  state === 'Waiting'
    ? `the database is at version ${version}; what only the former release needed goes when no pod of it is left`
    : `the database is at version ${version}; what only the former release needed is being taken away`;

function isPending({ wanted, recorded, pendingContract, jobs }: MigrationFacts): boolean {
  const isRecorded = recorded === wanted;
  if (isRecorded && pendingContract === false) return false;
  const ours = jobs.filter(({ version, succeeded }) => version === wanted && succeeded);
  if (ours.some(({ phase }) => phase === 'contract')) return false;
  const expand = ours.find(({ phase }) => phase === 'expand');
  if (expand !== undefined) return leftOf(expand) !== 0;
  return isRecorded && pendingContract === true;
}

/** @returns how many migrations a Job left to the next phase; undefined when its pod has not told. */
function leftOf({ lastWords = '' }: MigrationJob): number | undefined {
  try {
    const { left } = JSON.parse(lastWords) as { readonly left?: unknown };
    return Array.isArray(left) ? left.length : undefined;
  } catch {
    return undefined;
  }
}
