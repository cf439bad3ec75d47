import { sql, type Kysely } from 'kysely';

/**
 * The audit: a chain of entries, each bound to the one before by its hash. Personal fields are beside it, bound by a salted
 * digest, so that they can be deleted on time and the chain still holds.
 */
export const phase = 'expand';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audit_entries (
      sequence bigint primary key check (sequence > 0),
      at timestamptz not null,
      actor varchar(80) not null,
      action varchar(60) not null,
      object varchar(120) not null,
      detail jsonb not null,
      personal_digest bytea,
      previous_hash bytea not null,
      hash bytea not null unique
    );
    create index audit_entries_at_idx on audit_entries (at);

    create table audit_personal (
      sequence bigint primary key references audit_entries,
      salt bytea not null,
      fields jsonb not null,
      created_at timestamptz not null default now()
    );

    -- One row: entries are added one after the other by whoever holds its lock.
    create table audit_head (
      id boolean primary key default true check (id),
      sequence bigint not null,
      hash bytea not null
    );
    insert into audit_head (sequence, hash) values (0, '\\x0000000000000000000000000000000000000000000000000000000000000000');

    create table audit_anchors (
      sequence bigint primary key,
      hash bytea not null,
      anchored_at timestamptz not null default now(),
      place varchar(120) not null
    );

    create function audit_append_only() returns trigger language plpgsql as $$
    begin
      raise exception 'the audit is append-only' using errcode = 'insufficient_privilege';
    end $$;
    create trigger audit_append_only before update or delete or truncate on audit_entries
      for each statement execute function audit_append_only();
  `.execute(db);
}
