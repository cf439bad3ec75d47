import { sql, type Kysely } from 'kysely';

/**
 * The audit: a chain of entries, each bound to the one before by its hash. Personal fields are beside it, bound by a salted
 * digest, so that they can be deleted on time and the chain still holds.
 */
export const phase = 'expand';

export async function up(db: Kysely<unknown>): Promise<void> {
  await createEntries(db);
  await keepTheChain(db);
}

async function createEntries(db: Kysely<unknown>): Promise<void> {
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
    create index audit_entries_actor_idx on audit_entries (actor, sequence);
    create index audit_entries_object_idx on audit_entries (object, sequence);

    create table audit_personal (
      sequence bigint primary key references audit_entries,
      salt bytea not null,
      fields jsonb not null,
      created_at timestamptz not null default now()
    );
    create index audit_personal_created_at_idx on audit_personal (created_at);

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
  `.execute(db);
}

async function keepTheChain(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function audit_append_only() returns trigger language plpgsql as $$
    begin
      raise exception 'the audit is append-only' using errcode = 'insufficient_privilege';
    end $$;
    create trigger audit_append_only before update or delete or truncate on audit_entries
      for each statement execute function audit_append_only();

    -- Moves the head as entries come, as its owner: who appends cannot put it elsewhere, nor append what does not follow it.
    create function audit_follow() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
    begin
      update audit_head set sequence = new.sequence, hash = new.hash
        where sequence = new.sequence - 1 and hash = new.previous_hash;
      if not found then
        raise exception 'entry % does not follow the head of the audit', new.sequence using errcode = 'serialization_failure';
      end if;
      return new;
    end $$;
    create trigger audit_follow before insert on audit_entries for each row execute function audit_follow();

    -- The API appends and reads. Personal fields it may delete, never change; of the head it may take the lock, for which
    -- PostgreSQL asks for the right to update some column: this one can only ever be true.
    revoke update, delete, truncate on audit_entries from heroes_api;
    revoke update, truncate on audit_personal from heroes_api;
    revoke insert, update, delete, truncate on audit_head from heroes_api;
    grant update (id) on audit_head to heroes_api;
    revoke insert, update, delete, truncate on audit_anchors from heroes_api;
  `.execute(db);
}
