/** Lets in whom the identity provider vouches for, or nobody. As the gate. */
import type { Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Identity } from '../../access/identity-provider.ts';
import type { Part } from '../../access/roles.ts';
import { admissionOf, type Acquaintance, type Admission } from '../../domain/admission.ts';
import { record } from '../audit/record.ts';
import { accept, lockInvitationsFor, type Invitation } from './invitations.ts';
import { createAccount, lockAddress, ownerOf } from './people.ts';
import { endSignIns } from './sessions.ts';
import { emailIn } from './shapes.ts';

const GATE: Part = { kind: 'gate' };
const LONGEST_NAME = 80;

/** Accepts open invitations for the verified address. @returns the account of a person, or undefined for one who is not let in. */
export async function admit(db: Transaction<DB>, identity: Identity): Promise<string | undefined> {
  const email = emailIn(identity.email);
  // Two windows, or two pods, decide one after the other.
  await lockAddress(db, email ?? `${identity.issuer} ${identity.subject}`);
  const invitations = email === undefined ? [] : await lockInvitationsFor(db, email);
  const admission = admissionOf(await acquaintanceOf(db, identity, { email, invitations }));
  const accountId = await accountOf(db, identity, { admission, email });
  if (accountId === undefined || (await isSuspended(db, accountId))) return undefined;
  await accept(db, invitations, { accountId, actor: GATE });
  return accountId;
}

async function acquaintanceOf(
  db: Transaction<DB>,
  { issuer, subject }: Identity,
  { email, invitations }: { readonly email: string | undefined; readonly invitations: readonly Invitation[] },
): Promise<Acquaintance> {
  const linked = await db
    .selectFrom('account_identities')
    .select('account_id')
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst();
  const owner = email === undefined ? undefined : await ownerOf(db, email);
  const other =
    owner === undefined
      ? undefined
      : await db
          .selectFrom('account_identities')
          .select('subject')
          .where('account_id', '=', owner.id)
          .where('issuer', '=', issuer)
          .executeTakeFirst();
  return {
    linked: linked?.account_id,
    owner:
      owner === undefined
        ? undefined
        : { accountId: owner.id, isAnothers: other !== undefined, hasPassword: owner.password_hash !== null },
    isInvited: invitations.length > 0,
  };
}

async function accountOf(
  db: Transaction<DB>,
  identity: Identity,
  { admission, email }: { readonly admission: Admission; readonly email: string | undefined },
): Promise<string | undefined> {
  switch (admission.kind) {
    case 'known':
      return admission.accountId;
    case 'refused':
      return undefined;
    case 'create': {
      if (email === undefined) return undefined;
      const accountId = await createAccount(db, { email, displayName: nameOf(identity, email), passwordHash: null });
      await link(db, identity, { accountId, dropsPassword: false });
      return accountId;
    }
    case 'link': {
      const { accountId, dropsPassword } = admission;
      if (await isSuspended(db, accountId)) return undefined;
      if (dropsPassword) await dropPassword(db, accountId);
      await link(db, identity, { accountId, dropsPassword });
      return accountId;
    }
  }
}

async function link(
  db: Transaction<DB>,
  { issuer, subject }: Identity,
  { accountId, dropsPassword }: { readonly accountId: string; readonly dropsPassword: boolean },
): Promise<void> {
  await db.insertInto('account_identities').values({ issuer, subject, account_id: accountId }).execute();
  const detail = { passwordDropped: dropsPassword };
  await record(db, { actor: GATE, action: 'account.identity-linked', object: `account:${accountId}`, detail });
}

/** The password, its second factor, and whoever is signed in by them. */
async function dropPassword(db: Transaction<DB>, accountId: string): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ password_hash: null, totp_secret: null, totp_confirmed_at: null, recovery_codes: [] })
    .where('id', '=', accountId)
    .execute();
  await endSignIns(db, { accountId, because: 'credentials' });
}

/** Holds the account: who is suspended at the same moment has the sign-in that begins here ended with the others. */
async function isSuspended(db: Transaction<DB>, accountId: string): Promise<boolean> {
  const query = db.selectFrom('accounts').select('suspended_at').where('id', '=', accountId).forUpdate();
  const account = await query.executeTakeFirst();
  return account?.suspended_at !== null;
}

function nameOf({ name = '' }: Identity, email: string): string {
  const given = Array.from(name.trim()).slice(0, LONGEST_NAME).join('').trim();
  const [mailbox = ''] = email.split('@');
  return given === '' ? mailbox : given;
}
