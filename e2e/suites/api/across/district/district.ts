/** Two schools, of which one is the callers' own, and those who belong to none. */
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { SignJWT, type CryptoKey } from 'jose';
import type { AccountRole } from '@heroes/api/access/roles.ts';
import { asActor } from '@heroes/api/data/transaction.ts';
import { digestOf, newSecret } from '@heroes/api/features/accounts/secrets.ts';
import { record } from '@heroes/api/features/audit/record.ts';
import { makePerson, type Person } from '../../people.ts';
import type { Stack } from '../../stack.ts';
import type { Party } from '../cases.ts';
import { makeDraft, type Draft } from './draft.ts';
import { askForOwnData, makeExport, makeFullSchool, type School } from './school.ts';

export interface District {
  readonly here: School;
  readonly there: School;
  readonly districtAdmin: Person;
  readonly contentEditor: Person;
  readonly platformOperator: Person;
  /** Who wrote the draft, so that the content editor may review it. */
  readonly author: Person;
  /** By party: what it sends to say who it is. */
  readonly tokens: Readonly<Record<Party, string | undefined>>;
  readonly credentials: Credentials;
  /** By role of an adult: an export and a rights request that it has asked for. */
  readonly asked: Readonly<Record<AccountRole, Asked>>;
  /** That the other school's facilitator has asked for. */
  readonly exportThere: string;
  readonly consentId: string;
  readonly draft: Draft;
}

interface Asked {
  readonly exportId: string;
  readonly requestId: string;
}

/** What opens something to whoever has it; the password is that of every adult here. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly refreshToken: string;
  readonly invitation: string;
  readonly exportLink: string;
}

export const BOOTSTRAP_TOKEN = 'the first account is made with this';

/** Makes a district in the database of a stack, beside whatever is there. */
export async function makeDistrict(stack: Stack): Promise<District> {
  const here = await makeFullSchool(stack);
  const there = await makeFullSchool(stack);
  const districtAdmin = await makePerson(stack, 'district_admin');
  const contentEditor = await makePerson(stack, 'content_editor');
  const platformOperator = await makePerson(stack, 'platform_operator');
  const author = await makePerson(stack, 'content_editor');
  const consentId = await makeWhatIsNobodys(stack, districtAdmin);
  const draft = await makeDraft(stack, author);
  const adults = {
    facilitator: here.facilitator,
    school_admin: here.schoolAdmin,
    district_admin: districtAdmin,
    content_editor: contentEditor,
    platform_operator: platformOperator,
  };
  const asked = await Promise.all(
    Object.entries(adults).map(async ([role, person]) => {
      const teaches = person === here.facilitator;
      const { exportId } = await makeExport(stack, person, ...(teaches ? [here.classroom.id] : []));
      // The facilitator has one already.
      const requestId = teaches ? here.requestId : await askForOwnData(stack, person);
      return [role, { exportId, requestId }] as const;
    }),
  );
  const { exportId: exportThere } = await makeExport(stack, there.facilitator, there.classroom.id);
  const credentials = await makeCredentials(stack, here, Object.values(adults));
  const told = Object.entries(adults).map(([role, { token }]) => [role, token]);
  return {
    ...{ here, there, districtAdmin, contentEditor, platformOperator, author, credentials },
    asked: Object.fromEntries(asked) as Record<AccountRole, Asked>,
    ...{ exportThere, consentId, draft },
    tokens: {
      student: here.student.token,
      ...(Object.fromEntries(told) as Record<AccountRole, string>),
      ...(await badTokens(stack, here)),
    },
  };
}

async function makeCredentials(
  stack: Stack,
  { facilitator, schoolId, schoolAdmin, classroom }: School,
  adults: readonly Person[],
): Promise<Credentials> {
  const { db, context } = stack;
  const password = `correct horse ${randomUUID()}`;
  const ids = adults.map(({ accountId }) => accountId);
  const hash = await context.passwords.hash(password);
  await db.updateTable('accounts').set({ password_hash: hash }).where('id', 'in', ids).execute();
  const { email } = await db
    .selectFrom('accounts')
    .select('email')
    .where('id', '=', facilitator.accountId)
    .executeTakeFirstOrThrow();
  const { id: signInId } = await db
    .selectFrom('sign_ins')
    .select('id')
    .where('account_id', '=', facilitator.accountId)
    .executeTakeFirstOrThrow();
  const [refreshToken, invitation] = [newSecret(), newSecret()];
  const expires_at = new Date(Date.now() + 3_600_000);
  await db
    .insertInto('refresh_tokens')
    .values({ secret_hash: digestOf(refreshToken), sign_in_id: signInId, expires_at })
    .execute();
  await db
    .insertInto('invitations')
    .values({
      email: `${randomUUID()}@example.org`,
      role: 'facilitator',
      school_id: schoolId,
      secret_hash: digestOf(invitation),
      invited_by: schoolAdmin.accountId,
      expires_at,
    })
    .execute();
  const { secret: exportLink } = await makeExport(stack, facilitator, classroom.id);
  return { email, password, refreshToken, invitation, exportLink };
}

async function badTokens(stack: Stack, here: School) {
  const leaver = await makePerson(stack, 'district_admin');
  await stack.db
    .updateTable('sign_ins')
    .set({ ended_at: new Date() })
    .where('account_id', '=', leaver.accountId)
    .execute();
  const { kid, privateKey } = await stack.context.keys.signing();
  const claims = JSON.parse(Buffer.from(here.facilitator.token.split('.')[1] ?? '', 'base64url').toString()) as object;
  const sign = async (key: CryptoKey, times: object): Promise<string> =>
    new SignJWT({ ...claims, ...times }).setProtectedHeader({ alg: 'EdDSA', kid, typ: 'at+jwt' }).sign(key);
  const anHourAgo = Math.floor(Date.now() / 1000) - 3600;
  const stranger = generateKeyPairSync('ed25519').privateKey as unknown as CryptoKey;
  return {
    nobody: undefined,
    ended: leaver.token,
    expired: await sign(privateKey, { iat: anHourAgo, exp: anHourAgo + 900 }),
    forged: await sign(stranger, {}),
  };
}

/** Rows of the tables that are everybody's, or nobody's in particular. */
async function makeWhatIsNobodys({ db }: Stack, districtAdmin: Person): Promise<string> {
  const consent = { notice_version: '2026-08', signer: 'The superintendent', recorded_by: districtAdmin.accountId };
  const { id: consentId } = await db
    .insertInto('consents')
    .values({ ...consent, basis: 'school', signed_on: '2026-08-01' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('sign_in_failures')
    .values({ address_hash: randomBytes(32), failures: 1, failed_at: new Date(), held_until: new Date() })
    .execute();
  await db
    .insertInto('oidc_requests')
    .values({ state_hash: randomBytes(32), sealed: randomBytes(32), expires_at: new Date(Date.now() + 60_000) })
    .execute();
  await db
    .insertInto('outbox')
    .values({ topic: 'test', payload: '{}', due_at: new Date('2100-01-01') })
    .execute();
  await db
    .insertInto('retention_runs')
    .values({ class: 'StudentSession', policy_version: '1', cutoff: new Date(), started_at: new Date() })
    .execute();
  await asActor(db, { kind: 'worker' }, async (transaction) =>
    record(transaction, {
      actor: { kind: 'worker' },
      action: 'test.made',
      object: 'test',
      personal: { email: `${randomUUID()}@example.org` },
    }),
  );
  return consentId;
}
