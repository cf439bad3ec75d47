/**
 * The platform's credentials: a Secret that is made once and, being immutable, is never changed. The operator may create
 * Secrets and not read them, so all that it knows of one is its revision, which the pods carry: a new revision rolls them.
 */
import { createHash } from 'node:crypto';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childMetadata, type Manifest } from '../../platform/manifest.ts';

/** Keys whose values are random. */
const SECRET_KEYS = [
  'superuser-password',
  'owner-password',
  'api-password',
  'backup-password',
  'cache-password',
  'token-secret',
  // Secrets that were made before there were accounts lack it: whoever reads it must do without.
  'bootstrap-token',
] as const;

export interface CredentialFacts {
  readonly uid: string;
  /** Revisions that the platform's workloads were started with. */
  readonly revisions: readonly string[];
  /** Whether the Secret is known to be missing although workloads were started with it. */
  readonly lost: boolean;
}

export interface CredentialPlan {
  readonly revision: string;
  /** What the Secret of this revision is called, after the platform's name. */
  readonly suffix: string;
  /**
   * When the Secret is made: before the workloads when there are none yet; after them when it was lost. Their new revision is
   * then on record before the new Secret is, and no crash in between leaves pods that run on passwords of the lost one.
   */
  readonly create: 'first' | 'last' | 'never';
}

/** @returns which revision of the credentials the pods carry, and whether the Secret has to be made. */
export function decideCredentials({ uid, revisions, lost }: CredentialFacts): CredentialPlan {
  const [recorded] = [...revisions].sort();
  if (recorded === undefined) return planned(digest(uid), 'first');
  return lost ? planned(`${SUCCESSOR}${digest(recorded)}`, 'last') : planned(recorded, 'never');
}

/** Begins the revisions that took the place of a lost one. */
const SUCCESSOR = 'r';

/** A kubelet keeps an immutable Secret by its name, even when it is gone: another revision needs another name. */
function planned(revision: string, create: CredentialPlan['create']): CredentialPlan {
  return { revision, create, suffix: revision.startsWith(SUCCESSOR) ? `credentials-${revision}` : 'credentials' };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

export type Credentials = Readonly<Record<string, string>>;

/**
 * @param random - gives a new secret of letters and digits
 * @returns the values of a new Secret: the random ones, and those derived from them in the form that their reader wants
 */
export function newCredentials(random: () => string): Credentials {
  const secrets: Credentials = Object.fromEntries(SECRET_KEYS.map((key) => [key, random()]));
  return {
    ...secrets,
    'userlist.txt': `"heroes_api" "${secrets['api-password'] ?? ''}"\n`,
    'auth.conf': `requirepass ${secrets['cache-password'] ?? ''}\n`,
  };
}

/** @returns the Secret of a revision; without credentials, for what is only asked or shown, it holds no value. */
export function renderCredentials(platform: HeroesPlatform, suffix: string, credentials: Credentials): Manifest {
  const values = Object.entries(credentials).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: childMetadata(platform, suffix, 'postgres'),
    type: 'Opaque',
    // A kubelet need not watch it, and no hand can change a password that is in use.
    immutable: true,
    data: Object.fromEntries(values),
  };
}
