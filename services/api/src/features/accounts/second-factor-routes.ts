/** The second factor of one's own account: set up, confirmed by a first code, and taken away. */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { Type } from 'typebox';
import type { Account } from '../../access/roles.ts';
import { openIfOurs } from '../../access/sealing.ts';
import {
  enrolmentUri,
  RECOVERY_BYTES,
  RECOVERY_CODES,
  recoveryCode,
  recoveryDigest,
  SECRET_BYTES,
  stepOf,
  typedSecret,
} from '../../domain/second-factor.ts';
import { Problem, refusal } from '../../http/problems.ts';
import { route, type Declaration, type Route } from '../../http/route.ts';
import { closed } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import { judge, NOT_SIGNED_IN, SECOND_FACTORS } from './credentials.ts';
import { asGate } from './gate.ts';
import { ownAccount, reexamine } from './me-routes.ts';
import { endSignIns } from './sessions.ts';
import { Code, EVERY_ACCOUNT, Password } from './shapes.ts';

const declared = {
  method: 'POST',
  tag: 'Accounts',
  access: EVERY_ACCOUNT,
  data: 'Staff',
  retention: 'Account',
  rate: 'subject',
} as const satisfies Partial<Declaration>;

const NOT_RIGHT = { description: 'The password, or the code, was not right.' };
const PATH = '/v1/me/account/second-factor';

const setUp = route(
  {
    ...declared,
    path: PATH,
    summary: 'Set up an authenticator as a second factor: its secret, shown once. It counts when it has been confirmed',
    schemas: { body: closed({ password: Password }) },
    answers: {
      201: {
        description: 'For the authenticator.',
        schema: closed({
          secret: Type.String({ description: 'To be typed in, Base32.' }),
          uri: Type.String({ description: 'To be shown as a picture: otpauth://totp/…' }),
        }),
      },
      401: NOT_RIGHT,
      409: { description: 'There is one already, or the account has no password.' },
    },
    prepare: async (call, context) => reexamine(call, context, call.body.password),
  },
  async (call, context) => {
    const { accountId } = call.actor as Account;
    return asGate(call, async (db) => {
      const { email, totp_confirmed_at: confirmedAt } = await ownAccount(db, accountId);
      if (confirmedAt !== null) throw new Problem({ status: 409, detail: 'There is one already. Take it away first.' });
      if ((await judge(db, context, { examined: call.prepared, code: undefined })) === undefined)
        return refusal(NOT_SIGNED_IN);
      const secret = randomBytes(SECRET_BYTES);
      await db
        .updateTable('accounts')
        .set({ totp_secret: context.sealerFor(SECOND_FACTORS).seal(secret), totp_last_step: 0 })
        .where('id', '=', accountId)
        .execute();
      return { status: 201, body: { secret: typedSecret(secret), uri: enrolmentUri(secret, email) } };
    });
  },
);

const confirm = route(
  {
    ...declared,
    path: `${PATH}/confirm`,
    summary: 'Confirm the second factor by its first code: from now on it is asked for. All other sign-ins end',
    schemas: { body: closed({ code: Code }) },
    answers: {
      200: {
        description: 'For whoever loses the authenticator: each is good once, and they are shown once.',
        schema: closed({ recoveryCodes: Type.Array(Type.String()) }),
      },
      400: { description: 'It is not the code of this moment.' },
      409: { description: 'None was set up, or it has been confirmed.' },
    },
  },
  async ({ actor, body, tx }, { sealerFor }) => {
    const { accountId, signInId } = actor as Account;
    return tx(async (db) => {
      const pending = await db
        .selectFrom('accounts')
        .select('totp_secret')
        .where('id', '=', accountId)
        .where('totp_confirmed_at', 'is', null)
        .forUpdate()
        .executeTakeFirst();
      const sealed = pending?.totp_secret ?? undefined;
      const secret = sealed === undefined ? undefined : openIfOurs(sealerFor(SECOND_FACTORS), sealed);
      if (secret === undefined)
        throw new Problem({ status: 409, detail: 'There is none to confirm. Set one up first.' });
      const step = stepOf({ secret, lastStep: 0 }, body.code.replaceAll(' ', ''), Date.now());
      if (step === undefined)
        throw new Problem({
          status: 400,
          detail: 'This is not the code of this moment. Is the clock of the device right?',
        });
      const recoveryCodes = Array.from({ length: RECOVERY_CODES }, () => recoveryCode(randomBytes(RECOVERY_BYTES)));
      await db
        .updateTable('accounts')
        .set({ totp_confirmed_at: sql`now()`, totp_last_step: step, recovery_codes: recoveryCodes.map(recoveryDigest) })
        .where('id', '=', accountId)
        .execute();
      await endSignIns(db, { accountId, because: 'credentials', except: signInId });
      await record(db, { actor, action: 'account.second-factor-added', object: `account:${accountId}` });
      return { status: 200, body: { recoveryCodes } };
    });
  },
);

const remove = route(
  {
    ...declared,
    path: `${PATH}/remove`,
    summary: 'Take the second factor away, with password and code. All other sign-ins end',
    schemas: { body: closed({ password: Password, code: Code }) },
    answers: {
      204: { description: 'It is no longer asked for.' },
      401: NOT_RIGHT,
      409: { description: 'The account has no password.' },
    },
    prepare: async (call, context) => reexamine(call, context, call.body.password),
  },
  async (call, context) => {
    const { accountId, signInId } = call.actor as Account;
    return asGate(call, async (db) => {
      const examined = call.prepared;
      if ((await judge(db, context, { examined, code: call.body.code })) === undefined) return refusal(NOT_SIGNED_IN);
      await db
        .updateTable('accounts')
        .set({ totp_secret: null, totp_confirmed_at: null, recovery_codes: [] })
        .where('id', '=', accountId)
        .execute();
      await endSignIns(db, { accountId, because: 'credentials', except: signInId });
      await record(db, { actor: call.actor, action: 'account.second-factor-removed', object: `account:${accountId}` });
      return { status: 204 };
    });
  },
);

export const SECOND_FACTOR_ROUTES: readonly Route[] = [setUp, confirm, remove];
