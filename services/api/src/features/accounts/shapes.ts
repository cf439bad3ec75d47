/** Shapes that the routes of accounts share. */
import { Type } from 'typebox';
import { ROLES, type AccountRole } from '../../access/roles.ts';
import { LONGEST } from '../../domain/passwords.ts';
import type { Access } from '../../http/route.ts';
import { closed, Time, Uuid } from '../../http/schemas.ts';

const ACCOUNT_ROLES = ROLES.filter((role): role is AccountRole => role !== 'student');

/** Whoever has an account, for what is its own. */
export const EVERY_ACCOUNT = {
  facilitator: 'own',
  school_admin: 'own',
  district_admin: 'own',
  content_editor: 'own',
  platform_operator: 'own',
} as const satisfies Access;

const EMAIL = { maxLength: 254, pattern: '^[!-?A-~]{1,64}@[A-Za-z0-9.-]+$' } as const;
export const Email = Type.String({ ...EMAIL, description: 'An address of mail. Its letters’ case does not matter.' });
/** @returns an address as it is stored and compared. */
export const normalEmail = (email: string): string => email.toLowerCase();

const IS_EMAIL = new RegExp(EMAIL.pattern);
/** @returns an address that another service gave, as it is stored; undefined when it is none that we take. */
export const emailIn = (given: string | undefined): string | undefined =>
  given !== undefined && given.length <= EMAIL.maxLength && IS_EMAIL.test(given) ? normalEmail(given) : undefined;

/** Longer than a password may be: whoever types one is told so, in words. */
export const Password = Type.String({
  maxLength: 4 * LONGEST,
  description: 'A password, 12 to 128 characters; not the address of mail, not one of the commonest.',
});
export const Code = Type.String({
  maxLength: 40,
  description: 'A code of the authenticator, or a recovery code. Needed by accounts that have a second factor.',
});
export const DisplayName = Type.String({
  minLength: 1,
  maxLength: 80,
  pattern: '\\S',
  description: 'How colleagues see the person named.',
});
export const Role = Type.Union(
  ACCOUNT_ROLES.map((role) => Type.Literal(role)),
  { description: 'What the person may do: at a school (facilitator, school_admin) or in the whole district.' },
);
/** 32 random bytes in base64url, as invitations and refresh tokens are. */
export const Secret = Type.String({ pattern: '^[\\w-]{43}$', description: 'A secret that was given once.' });

export const GrantBody = { role: Role, schoolId: Type.Optional(Uuid) };
export const HeldRole = closed({
  id: Uuid,
  role: Role,
  schoolId: Type.Union([Uuid, Type.Null()], { description: 'Where; null for roles of the district.' }),
});

export const TokenSet = closed({
  accessToken: Type.String({ description: 'For the header Authorization, after "Bearer ".' }),
  expiresInSeconds: Type.Integer({ description: 'How long the access token is good.' }),
  refreshToken: Type.String({
    description: 'Gives the next access token, once. Keep it where scripts cannot read it.',
  }),
  refreshExpiresInSeconds: Type.Integer({ description: 'How long the refresh token is good.' }),
});

export const IssuedSecret = {
  secret: Type.String({ description: 'For the person, by whatever way is safe. It is not shown again.' }),
  expiresAt: Time,
};
