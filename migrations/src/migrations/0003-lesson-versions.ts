import { sql, type Kysely } from 'kysely';

/** Lessons get versions: drafted, reviewed by another, approved, published and never changed again, retired. */
export const phase = 'expand';

/** A second wall behind the API's own rules of review. */
const GUARD = `
  create function lesson_versions_guard() returns trigger language plpgsql as $$
  declare
    named text := format('version %s of lesson %s', coalesce(new.version, old.version), coalesce(new.lesson_id, old.lesson_id));
  begin
    if tg_op = 'INSERT' then
      if new.state <> 'draft' and new.source <> 'curriculum' then
        raise exception '% does not begin as a draft', named using errcode = 'restrict_violation';
      end if;
      return new;
    end if;
    if tg_op = 'DELETE' then
      if old.state in ('published', 'retired') then
        raise exception '% was published and stays', named using errcode = 'restrict_violation';
      end if;
      return old;
    end if;
    if (new.lesson_id, new.version, new.source) is distinct from (old.lesson_id, old.version, old.source)
       or (old.state <> 'draft' and (new.content, new.digest) is distinct from (old.content, old.digest)) then
      raise exception '% is % and cannot be changed', named, old.state using errcode = 'restrict_violation';
    end if;
    if new.state <> old.state and (old.state, new.state) not in (
      ('draft', 'review'), ('review', 'draft'), ('review', 'approved'), ('approved', 'draft'),
      ('approved', 'published'), ('published', 'retired')
    ) then
      raise exception '% cannot go from % to %', named, old.state, new.state using errcode = 'restrict_violation';
    end if;
    if new.state = 'approved' and old.state = 'review' and (new.reviewer_id is null or exists (
      select from lesson_version_authors a
      where a.lesson_id = new.lesson_id and a.version = new.version and a.account_id = new.reviewer_id
    )) then
      raise exception '% is approved by nobody but its authors', named using errcode = 'restrict_violation';
    end if;
    return new;
  end $$;
  create trigger lesson_versions_guard before insert or update or delete on lesson_versions
    for each row execute function lesson_versions_guard();
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table lesson_versions (
      lesson_id varchar(64) not null references lessons on delete cascade,
      version integer not null check (version > 0),
      state varchar(10) not null default 'draft' check (state in ('draft', 'review', 'approved', 'published', 'retired')),
      -- All that it says, as migrations/src/curriculum/content.ts has it.
      content jsonb not null,
      title varchar(120) not null generated always as (content ->> 'title') stored,
      language varchar(11) not null generated always as (content ->> 'language') stored,
      -- SHA-256 of the canonical content: by it a release sees whether a lesson of its curriculum has changed.
      digest bytea not null,
      source varchar(10) not null default 'district' check (source in ('curriculum', 'district')),
      -- Grows with each change; who changes it says which one he has seen.
      revision integer not null default 1,
      reviewer_id uuid references accounts on delete set null,
      review_note varchar(500),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      published_at timestamptz,
      retired_at timestamptz,
      primary key (lesson_id, version),
      check ((published_at is not null) = (state in ('published', 'retired'))),
      check ((retired_at is not null) = (state = 'retired'))
    );
    -- One is worked on at a time, and one is what classrooms get that pin none.
    create unique index lesson_versions_open_key on lesson_versions (lesson_id) where state in ('draft', 'review', 'approved');
    create unique index lesson_versions_published_key on lesson_versions (lesson_id) where state = 'published';

    -- Whoever has changed a version has written it, and does not approve it.
    create table lesson_version_authors (
      lesson_id varchar(64) not null,
      version integer not null,
      account_id uuid not null references accounts on delete cascade,
      primary key (lesson_id, version, account_id),
      foreign key (lesson_id, version) references lesson_versions on delete cascade
    );
    create index lesson_version_authors_account_id_idx on lesson_version_authors (account_id);
  `.execute(db);
  await sql.raw(GUARD).execute(db);
}
