/** All reads of a reconcile: from the caches, so that a converged platform costs the API server nothing. */
import { createHash } from 'node:crypto';
import { CREDENTIAL_KEYS, credentialsComplete, type Credentials } from '../features/credentials/decide.ts';
import type { Key, Reader } from './cluster.ts';
import { CHILD_KINDS, POD } from './kinds.ts';
import { childName } from './names.ts';
import { child, type Live, type Observed } from './observed.ts';

/** @returns what is known of a platform, or undefined when it is gone or going. */
export function observe(reader: Reader, key: Key): Observed | undefined {
  const platform = reader.platform(key);
  if (platform === undefined || platform.metadata.deletionTimestamp !== undefined) return undefined;
  const monitoring = reader.monitoring();
  const kinds = CHILD_KINDS.filter((kind) => monitoring || kind.monitoring === undefined);
  const seen: Observed = {
    platform,
    children: kinds.flatMap((kind) => reader.labelled(kind, key)),
    pods: reader.labelled(POD, key),
    credentials: { complete: false, checksum: '' },
    monitoring,
  };
  const credentials = credentialsOf(child(seen, 'Secret', childName(platform, 'credentials')));
  return { ...seen, credentials: { complete: credentialsComplete(credentials), checksum: checksumOf(credentials) } };
}

/** @returns the plain values of the credentials Secret; empty when there is none. */
export function credentialsOf(secret: Live | undefined): Credentials {
  const data = (secret as { readonly data?: Readonly<Record<string, string>> } | undefined)?.data ?? {};
  const known = CREDENTIAL_KEYS.filter((key) => data[key] !== undefined);
  return Object.fromEntries(known.map((key) => [key, Buffer.from(data[key] ?? '', 'base64').toString()]));
}

function checksumOf(credentials: Credentials): string {
  const hash = createHash('sha256');
  for (const key of CREDENTIAL_KEYS) hash.update(`${key}=${credentials[key] ?? ''}\n`);
  return hash.digest('hex').slice(0, 16);
}
