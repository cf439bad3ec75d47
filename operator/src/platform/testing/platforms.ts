/** HeroesPlatforms for tests, as the API server would give them: with their defaults in place. */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { parsePlatform } from '@heroes/crds/validate.ts';

export const KEY = { namespace: 'test', name: 'demo' } as const;
export const UID = 'uid-1';

/** @returns a platform whose spec is the least that is accepted, and what is given. @throws Error when it is not accepted. */
export function platformWith(spec: object = {}, metadata: object = {}): HeroesPlatform {
  const parsed = parsePlatform({
    apiVersion: 'heroesinwaiting.com/v1alpha1',
    kind: 'HeroesPlatform',
    metadata: { ...KEY, uid: UID, generation: 1, ...metadata },
    spec: { district: { displayName: 'Demo', timeZone: 'UTC' }, release: { version: '0.1.0' }, ...spec },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.platform;
}
