import { sql, type Kysely } from 'kysely';

/** The adults: schools, accounts with their roles, how they sign in and stay signed in, and the keys that sign tokens. */
export const phase = 'expand';

export async function up(db: Kysely<unknown>): Promise<void> {
  await createAccounts(db);
  await createInvitations(db);
  await createSignIns(db);
  await createKeys(db);
}

async function createAccounts(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table schools (
      id uuid primary key default gen_random_uuid(),
      name varchar(120) not null unique,
      created_at timestamptz not null default now(),
      archived_at timestamptz
    );

    create table accounts (
      id uuid primary key default gen_random_uuid(),
      email varchar(254) not null,
      display_name varchar(80) not null,
      password_hash text,
      totp_secret bytea,
      totp_confirmed_at timestamptz,
      totp_last_step bigint not null default 0,
      recovery_codes bytea[] not null default '{}',
      epoch integer not null default 0,
      suspended_at timestamptz,
      created_at timestamptz not null default now(),
      last_active_at timestamptz not null default now()
    );
    create unique index accounts_email_key on accounts (lower(email));

    create table account_identities (
      issuer varchar(255) not null,
      subject varchar(255) not null,
      account_id uuid not null references accounts on delete cascade,
      created_at timestamptz not null default now(),
      primary key (issuer, subject)
    );
    -- An account is one person at an issuer: whoever gets a former holder's address of mail does not get the account.
    create unique index account_identities_account_key on account_identities (account_id, issuer);

    create table account_roles (
      id uuid primary key default gen_random_uuid(),
      account_id uuid not null references accounts on delete cascade,
      role varchar(20) not null
        check (role in ('facilitator', 'school_admin', 'district_admin', 'content_editor', 'platform_operator')),
      school_id uuid references schools on delete cascade,
      created_at timestamptz not null default now(),
      unique nulls not distinct (account_id, role, school_id),
      check ((school_id is not null) = (role in ('facilitator', 'school_admin')))
    );
    create index account_roles_school_id_idx on account_roles (school_id);
  `.execute(db);
}

async function createInvitations(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- To become an account of a role; or, where it names an account, to give that one a new password.
    create table invitations (
      id uuid primary key default gen_random_uuid(),
      email varchar(254) not null,
      role varchar(20)
        check (role in ('facilitator', 'school_admin', 'district_admin', 'content_editor', 'platform_operator')),
      school_id uuid references schools on delete cascade,
      account_id uuid references accounts on delete cascade,
      secret_hash bytea not null unique,
      invited_by uuid references accounts on delete set null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      accepted_at timestamptz,
      revoked_at timestamptz,
      check ((account_id is null) = (role is not null)),
      check ((school_id is not null) = coalesce(role in ('facilitator', 'school_admin'), false))
    );
    create index invitations_email_idx on invitations (lower(email));
    create index invitations_school_id_idx on invitations (school_id);
    create index invitations_expires_at_idx on invitations (expires_at);

    -- Failures to sign in, by a digest of the address of mail that was given, whether or not it is anybody's: who is told
    -- nothing by the answer is told nothing by the time that it takes either.
    create table sign_in_failures (
      address_hash bytea primary key,
      failures smallint not null,
      failed_at timestamptz not null,
      held_until timestamptz not null
    );
    create index sign_in_failures_failed_at_idx on sign_in_failures (failed_at);
  `.execute(db);
}

async function createSignIns(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- A sign-in and the refresh tokens that came of it: one that is used twice ends them all.
    create table sign_ins (
      id uuid primary key default gen_random_uuid(),
      account_id uuid not null references accounts on delete cascade,
      method varchar(10) not null check (method in ('password', 'oidc')),
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      ended_at timestamptz,
      ended_because varchar(20) check (ended_because in ('logout', 'reuse', 'suspended', 'credentials'))
    );
    create index sign_ins_account_id_idx on sign_ins (account_id);
    create index sign_ins_expires_at_idx on sign_ins (expires_at);

    create table refresh_tokens (
      secret_hash bytea primary key,
      sign_in_id uuid not null references sign_ins on delete cascade,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      used_at timestamptz
    );
    create index refresh_tokens_sign_in_id_idx on refresh_tokens (sign_in_id);

    -- What is between a person's way to the identity provider and back.
    create table oidc_requests (
      state_hash bytea primary key,
      sealed bytea not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    );
    create index oidc_requests_expires_at_idx on oidc_requests (expires_at);
  `.execute(db);
}

async function createKeys(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table signing_keys (
      kid varchar(43) primary key,
      algorithm varchar(5) not null check (algorithm = 'EdDSA'),
      public_jwk jsonb not null,
      sealed_private_key bytea not null,
      created_at timestamptz not null default now(),
      signs_from timestamptz not null,
      retires_at timestamptz not null,
      check (signs_from < retires_at)
    );

    create table idempotency_keys (
      id bytea primary key,
      request bytea not null,
      status smallint,
      answer bytea,
      created_at timestamptz not null default now(),
      kept_at timestamptz
    );
    create index idempotency_keys_created_at_idx on idempotency_keys (created_at);
  `.execute(db);
}
