import { sql, type Kysely } from 'kysely';

/** Classrooms get an owner, a school, rules of enrolment and live sessions; students a code to come back with. */
export const phase = 'expand';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table classrooms
      add column owner_id uuid references accounts on delete set null,
      add column school_id uuid references schools on delete cascade,
      add column title varchar(80) not null default 'Class',
      add column capacity smallint not null default 40 check (capacity between 1 and 200),
      add column enrolment varchar(10) not null default 'open' check (enrolment in ('open', 'returning', 'closed')),
      add column locked_at timestamptz,
      add column archived_at timestamptz,
      add column consent_basis varchar(10) not null default 'school' check (consent_basis in ('school', 'parent')),
      add column students integer not null default 0,
      -- Tokens of a class are good for its epoch alone: raising it sends everybody out.
      add column epoch integer not null default 0,
      add column updated_at timestamptz not null default now();
    create index classrooms_owner_id_idx on classrooms (owner_id, id);
    create index classrooms_school_id_idx on classrooms (school_id, id);

    alter table student_sessions
      add column return_code_hash bytea,
      add column epoch integer not null default 0,
      add column last_seen_at timestamptz not null default now(),
      add column removed_at timestamptz;
    create unique index student_sessions_return_code_key on student_sessions (classroom_id, return_code_hash);

    create table lesson_pins (
      classroom_id uuid not null references classrooms on delete cascade,
      lesson_id varchar(64) not null,
      version integer not null,
      pinned_at timestamptz not null default now(),
      primary key (classroom_id, lesson_id),
      foreign key (lesson_id, version) references lesson_versions (lesson_id, version)
    );

    create table live_sessions (
      id uuid primary key default gen_random_uuid(),
      classroom_id uuid not null references classrooms on delete cascade,
      lesson_id varchar(64) not null,
      version integer not null,
      step smallint not null default 0 check (step >= 0),
      -- Grows with each change; what a student who comes back has missed is told by it.
      revision bigint not null default 1,
      started_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      ended_at timestamptz,
      foreign key (lesson_id, version) references lesson_versions (lesson_id, version)
    );
    create unique index live_sessions_open_key on live_sessions (classroom_id) where ended_at is null;
    create index live_sessions_classroom_id_idx on live_sessions (classroom_id, started_at desc);
  `.execute(db);
}
