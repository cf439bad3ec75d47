import { sql, type Kysely } from 'kysely';

/** Lessons get versions: drafted, reviewed by another, approved, published and never changed again, retired. */
export const phase = 'expand';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table lesson_versions (
      lesson_id varchar(64) not null references lessons on delete cascade,
      version integer not null check (version > 0),
      state varchar(10) not null default 'draft' check (state in ('draft', 'review', 'approved', 'published', 'retired')),
      title varchar(120) not null,
      summary varchar(600) not null,
      grade_levels smallint[] not null,
      duration_minutes smallint not null,
      language varchar(35) not null default 'en',
      categories varchar(40)[] not null default '{}',
      -- Objectives, steps, activities, media references and accessibility, as the API's schema of a lesson has them.
      content jsonb not null,
      digest bytea not null,
      revision integer not null default 1,
      author_id uuid references accounts on delete set null,
      reviewer_id uuid references accounts on delete set null,
      review_note varchar(500),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      published_at timestamptz,
      retired_at timestamptz,
      primary key (lesson_id, version),
      check (reviewer_id is null or author_id is null or reviewer_id <> author_id)
    );
    -- One is worked on at a time, and one is what classrooms get that pin none.
    create unique index lesson_versions_open_key on lesson_versions (lesson_id) where state in ('draft', 'review', 'approved');
    create unique index lesson_versions_published_key on lesson_versions (lesson_id) where state = 'published';

    create function lesson_versions_immutable() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' and old.state in ('published', 'retired') then
        raise exception 'version % of lesson % was published and stays', old.version, old.lesson_id using errcode = 'restrict_violation';
      end if;
      if tg_op = 'UPDATE' and old.state in ('published', 'retired') and
         (new.title, new.summary, new.grade_levels, new.duration_minutes, new.language, new.categories, new.content, new.digest)
         is distinct from
         (old.title, old.summary, old.grade_levels, old.duration_minutes, old.language, old.categories, old.content, old.digest) then
        raise exception 'version % of lesson % was published and cannot be changed', old.version, old.lesson_id using errcode = 'restrict_violation';
      end if;
      return case tg_op when 'DELETE' then old else new end;
    end $$;
    create trigger lesson_versions_immutable before update or delete on lesson_versions
      for each row execute function lesson_versions_immutable();
  `.execute(db);
}
