/** The platform's credentials: generated once, completed when a key is missing, never rotated by accident. */
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
] as const;

/** Keys derived from those, in the form their reader wants. */
const DERIVED_KEYS = ['userlist.txt', 'auth.conf'] as const;

/** Every key of the Secret. */
export const CREDENTIAL_KEYS: readonly string[] = [...SECRET_KEYS, ...DERIVED_KEYS];

export type Credentials = Readonly<Record<string, string>>;

/**
 * @param existing - the plain values found, if any
 * @param random - gives a new secret of letters and digits
 * @returns the values found, completed; a random value that exists is never changed
 */
export function completeCredentials(existing: Credentials, random: () => string): Credentials {
  const secrets = Object.fromEntries(SECRET_KEYS.map((key) => [key, existing[key] ?? random()]));
  return {
    ...secrets,
    'userlist.txt': `"heroes_api" "${secrets['api-password'] ?? ''}"\n`,
    'auth.conf': `requirepass ${secrets['cache-password'] ?? ''}\n`,
  };
}

/** @returns whether all keys hold what {@link completeCredentials} would write. */
export function credentialsComplete(existing: Credentials): boolean {
  const wanted = completeCredentials(existing, () => '');
  return CREDENTIAL_KEYS.every(
    (key) => existing[key] !== undefined && existing[key] !== '' && existing[key] === wanted[key],
  );
}

/** @returns the Secret; with no credentials (offline rendering) it names the keys and holds no value. */
export function renderCredentials(platform: HeroesPlatform, credentials: Credentials): Manifest {
  const values = Object.entries(credentials).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: childMetadata(platform, 'credentials', 'postgres'),
    type: 'Opaque',
    data: Object.fromEntries(values),
  };
}
