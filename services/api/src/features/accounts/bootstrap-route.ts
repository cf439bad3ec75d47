/** The first account, by a secret of the settings: everybody else is invited. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import { Type } from 'typebox';
import type { Part } from '../../access/roles.ts';
import { Problem, refusal } from '../../http/problems.ts';
import { route, type Route } from '../../http/route.ts';
import { closed } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import { countFailure, refuseGuessing } from './failures.ts';
import { asGate } from './gate.ts';
import { newPassword } from './new-password.ts';
import { createAccount, giveRole, lockAddress, ownerOf } from './people.ts';
import { beginSignIn } from './sessions.ts';
import { DisplayName, Email, normalEmail, Password, TokenSet } from './shapes.ts';

/** One first account, however many pods are asked. Any number that nothing else locks by. */
const LOCK = 7_003;
const GATE: Part = { kind: 'gate' };

const bootstrap = route(
  {
    method: 'POST',
    path: '/v1/auth/bootstrap',
    tag: 'Accounts',
    summary:
      'Make the first account, which runs the platform and administers the district, while nobody administers it',
    access: 'public',
    data: 'Staff',
    retention: 'Account',
    rate: 'signIn',
    schemas: {
      body: closed({
        token: Type.String({ minLength: 1, maxLength: 512, description: 'BOOTSTRAP_TOKEN of the settings.' }),
        email: Email,
        displayName: DisplayName,
        password: Password,
      }),
    },
    answers: {
      201: { description: 'Tokens of the first account’s sign-in.', schema: TokenSet },
      400: { description: 'The password is none that may be chosen.' },
      401: { description: 'It is not the token.' },
      404: { description: 'No token is set.' },
      409: { description: 'Somebody administers the district already.' },
    },
    prepare: async ({ body, address }, context) => {
      const { BOOTSTRAP_TOKEN: token } = context.config;
      if (token === '')
        throw new Problem({ status: 404, detail: 'No first account can be made: BOOTSTRAP_TOKEN is not set.' });
      await refuseGuessing(context, address);
      if (!isSame(token, body.token)) {
        await countFailure(context, address);
        return undefined;
      }
      return newPassword(context, body.password, body.email);
    },
  },
  async (call, context) => {
    const { prepared: passwordHash, body } = call;
    if (passwordHash === undefined) return refusal({ status: 401, detail: 'This is not the token of the settings.' });
    return asGate(call, async (db) => {
      await sql`select pg_advisory_xact_lock(${LOCK})`.execute(db);
      const administrators = db.selectFrom('account_roles').select('id').where('role', '=', 'district_admin');
      const email = normalEmail(body.email);
      await lockAddress(db, email);
      if ((await administrators.executeTakeFirst()) !== undefined || (await ownerOf(db, email)) !== undefined)
        throw new Problem({ status: 409, detail: 'There is an account already. Ask its holder for an invitation.' });
      const accountId = await createAccount(db, { email, displayName: body.displayName, passwordHash });
      await giveRole(db, accountId, { role: 'district_admin' });
      await giveRole(db, accountId, { role: 'platform_operator' });
      await record(db, {
        actor: GATE,
        action: 'account.bootstrapped',
        object: `account:${accountId}`,
        personal: { email },
      });
      return { status: 201, body: await beginSignIn(db, context, { accountId, method: 'password' }) };
    });
  },
);

export const BOOTSTRAP_ROUTES: readonly Route[] = [bootstrap];

/** Compared by digests, whose length says nothing of the token's. */
const isSame = (expected: string, given: string): boolean => timingSafeEqual(sha256(expected), sha256(given));
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
