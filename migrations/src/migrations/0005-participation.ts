import { sql, type Kysely } from 'kysely';

/** What students do: progress, check-ins, answers to activities, and what they send after being offline. No free text. */
export const phase = 'expand';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table lesson_progress
      add column version integer,
      add column updated_at timestamptz not null default now();
    create index lesson_progress_lesson_id_idx on lesson_progress (lesson_id);

    create table check_ins (
      id uuid primary key,
      enrolment_id uuid not null references student_sessions on delete cascade,
      classroom_id uuid not null references classrooms on delete cascade,
      feeling varchar(12) not null,
      intensity smallint not null check (intensity between 1 and 5),
      needs_help boolean not null default false,
      felt_at timestamptz not null,
      created_at timestamptz not null default now()
    );
    create index check_ins_enrolment_id_idx on check_ins (enrolment_id, created_at);
    create index check_ins_classroom_id_idx on check_ins (classroom_id, created_at);
    create index check_ins_created_at_idx on check_ins (created_at);

    create table activity_responses (
      enrolment_id uuid not null references student_sessions on delete cascade,
      classroom_id uuid not null references classrooms on delete cascade,
      lesson_id varchar(64) not null references lessons,
      version integer not null,
      activity_id varchar(64) not null,
      -- Indexes of the choices that the activity offers.
      choices smallint[] not null,
      answered_at timestamptz not null,
      created_at timestamptz not null default now(),
      primary key (enrolment_id, lesson_id, activity_id)
    );
    create index activity_responses_classroom_id_idx on activity_responses (classroom_id, lesson_id);
    create index activity_responses_created_at_idx on activity_responses (created_at);

    -- What a device sent in one go, and what became of each item: sent again, it is answered the same.
    create table sync_batches (
      enrolment_id uuid not null references student_sessions on delete cascade,
      batch_id uuid not null,
      request bytea not null,
      results jsonb not null,
      created_at timestamptz not null default now(),
      primary key (enrolment_id, batch_id)
    );
  `.execute(db);
}
