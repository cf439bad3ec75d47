/** The contract: one schema of a HeroesPlatform, from which the CRD, its reference, the types and the offline checks come. */
import { Type, type Static } from 'typebox';
import { rules } from './primitives.ts';
import { Spec } from './spec.ts';
import { Status } from './status.ts';

export const GROUP = 'heroesinwaiting.com';
export const VERSION = 'v1alpha1';
export const API_VERSION = `${GROUP}/${VERSION}`;
export const KIND = 'HeroesPlatform';
export const PLURAL = 'heroesplatforms';

/** Longest name of a platform: its children append up to 23 characters to it and must stay DNS labels of 63. */
export const MAX_NAME_LENGTH = 40;

/** The structural schema of a HeroesPlatform, without the type and object metadata the API server owns. */
export const PlatformSchema = Type.Object(
  { spec: Spec, status: Type.Optional(Status) },
  {
    description: 'The platform of one school district: API, database, cache, migrations, backups and rules.',
    ...rules(
      {
        rule: `size(self.metadata.name) <= ${MAX_NAME_LENGTH}`,
        message: `metadata.name must be at most ${MAX_NAME_LENGTH} characters: its children are named after it`,
      },
      {
        rule: "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
        message: 'metadata.name must start with a letter and hold only a-z, 0-9 and -: Services are named after it',
      },
    ),
  },
);

/** A HeroesPlatform as the API server gives it: with its defaults in place. */
export interface HeroesPlatform {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly generation?: number;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Static<typeof Spec>;
  readonly status?: Static<typeof Status>;
}
