import { sql, type Kysely } from 'kysely';

/** The district's decisions, its consents, what was deleted and why, requests of people for their data, and exports. */
export const phase = 'expand';

export async function up(db: Kysely<unknown>): Promise<void> {
  await createConsents(db);
  await createRetentionRuns(db);
  await createRequests(db);
  await createExports(db);
}

async function createConsents(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table district_settings (
      -- There is one row.
      id boolean primary key default true check (id),
      free_text boolean not null default false,
      help_escalation_minutes smallint not null default 10 check (help_escalation_minutes between 1 and 1440),
      updated_at timestamptz not null default now(),
      updated_by uuid references accounts on delete set null
    );
    insert into district_settings default values;

    create table consents (
      id uuid primary key default gen_random_uuid(),
      basis varchar(10) not null check (basis in ('school', 'parent')),
      notice_version varchar(40) not null,
      signer varchar(120) not null,
      signed_on date not null,
      recorded_by uuid references accounts on delete set null,
      recorded_at timestamptz(3) not null default now(),
      revoked_at timestamptz,
      revoked_by uuid references accounts on delete set null
    );
  `.execute(db);
}

async function createRetentionRuns(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- What was deleted by age, written with each batch: a run that was cut off has left what it did.
    create table retention_runs (
      id uuid primary key default gen_random_uuid(),
      class varchar(20) not null,
      policy_version varchar(64) not null,
      cutoff timestamptz not null,
      rows_deleted integer not null default 0,
      -- The same by table: what went with a class or a student is of several.
      rows_by_table jsonb not null default '{}',
      started_at timestamptz(3) not null default now(),
      finished_at timestamptz
    );
    create index retention_runs_started_at_idx on retention_runs (started_at desc, id desc);
    -- Evidence is written by the job that deletes.
    revoke insert, update, delete, truncate on retention_runs from heroes_api;
  `.execute(db);
}

async function createRequests(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table rights_requests (
      id uuid primary key default gen_random_uuid(),
      kind varchar(10) not null check (kind in ('access', 'deletion')),
      -- Whose data; gone with it, while what it was called stays, and the certificate.
      enrolment_id uuid references student_sessions on delete set null,
      account_id uuid references accounts on delete set null,
      subject varchar(50) not null,
      state varchar(10) not null default 'received' check (state in ('received', 'done', 'refused')),
      refusal varchar(20) check (refusal in ('identity', 'legal_hold', 'withdrawn', 'not_found')),
      due_at timestamptz not null,
      requested_by uuid references accounts on delete set null,
      -- In milliseconds, as cursors of lists carry it.
      created_at timestamptz(3) not null default now(),
      finished_by uuid references accounts on delete set null,
      finished_at timestamptz,
      -- A JWS of ours.
      certificate text,
      check ((state = 'refused') = (refusal is not null)),
      check ((state = 'received') = (finished_at is null))
    );
    create index rights_requests_created_at_idx on rights_requests (created_at desc, id desc);
    -- Who asks twice is answered once.
    create unique index rights_requests_open_key on rights_requests (subject, kind) where state = 'received';
    create index rights_requests_enrolment_id_idx on rights_requests (enrolment_id);
    create index rights_requests_account_id_idx on rights_requests (account_id);
    -- Evidence is taken away by its own time alone.
    revoke delete, truncate on consents, rights_requests from heroes_api;
  `.execute(db);
}

async function createExports(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table exports (
      id uuid primary key default gen_random_uuid(),
      kind varchar(30) not null check (kind in ('class_progress', 'district_progress', 'rights_access')),
      format varchar(4) not null check (format in ('csv', 'json')),
      classroom_id uuid references classrooms on delete cascade,
      rights_request_id uuid references rights_requests on delete cascade,
      requested_by uuid not null references accounts on delete cascade,
      state varchar(10) not null default 'queued' check (state in ('queued', 'ready', 'failed')),
      contents bytea,
      created_at timestamptz(3) not null default now(),
      finished_at timestamptz,
      expires_at timestamptz not null,
      fault varchar(200)
    );
    create index exports_expires_at_idx on exports (expires_at);
    create index exports_queued_idx on exports (created_at) where state = 'queued';
    create index exports_classroom_id_idx on exports (classroom_id);
    create index exports_rights_request_id_idx on exports (rights_request_id);
    create index exports_requested_by_idx on exports (requested_by, created_at desc);

    create table export_links (
      secret_hash bytea primary key,
      export_id uuid not null references exports on delete cascade,
      expires_at timestamptz not null,
      used_at timestamptz
    );
    create index export_links_export_id_idx on export_links (export_id);
  `.execute(db);
}
