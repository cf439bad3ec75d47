import { sql, type Kysely } from 'kysely';

/** Help signals and incident reports, and the outbox by which neither is lost. */
export const phase = 'expand';

export async function up(db: Kysely<unknown>): Promise<void> {
  await helpSignals(db);
  await incidentReports(db);
  await outbox(db);
}

async function helpSignals(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table help_signals (
      id uuid primary key default gen_random_uuid(),
      classroom_id uuid not null references classrooms on delete cascade,
      enrolment_id uuid not null references student_sessions on delete cascade,
      state varchar(12) not null default 'open' check (state in ('open', 'acknowledged', 'escalated', 'resolved')),
      -- In milliseconds, as cursors of the queue carry it.
      raised_at timestamptz(3) not null default now(),
      -- When it escalates by itself; nobody's turn any more (null) once somebody has acknowledged it, unless the child presses again.
      escalates_at timestamptz,
      escalated_at timestamptz,
      pressed_at timestamptz not null default now(),
      presses integer not null default 1,
      acknowledged_at timestamptz,
      acknowledged_by uuid references accounts on delete set null,
      resolved_at timestamptz,
      resolved_by uuid references accounts on delete set null,
      revision integer not null default 1,
      check ((state = 'resolved') = (resolved_at is not null)),
      check (state <> 'escalated' or escalated_at is not null),
      check (state <> 'acknowledged' or acknowledged_at is not null),
      check (state <> 'open' or escalates_at is not null)
    );
    -- A child that presses twice is one child in need.
    create unique index help_signals_open_key on help_signals (enrolment_id) where state <> 'resolved';
    create index help_signals_classroom_id_idx on help_signals (classroom_id, raised_at desc);
    create index help_signals_escalates_at_idx on help_signals (escalates_at) where state in ('open', 'acknowledged');
    create index help_signals_escalated_at_idx on help_signals (escalated_at) where escalated_at is not null;
  `.execute(db);
}

async function incidentReports(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table incident_reports (
      id uuid primary key default gen_random_uuid(),
      classroom_id uuid not null references classrooms on delete cascade,
      enrolment_id uuid references student_sessions on delete set null,
      reported_by uuid references accounts on delete set null,
      role varchar(10) not null check (role in ('target', 'bystander', 'adult')),
      category varchar(20) not null,
      happened_at date,
      -- Only where the district allows free text.
      description varchar(1000),
      state varchar(10) not null default 'new' check (state in ('new', 'reviewed', 'closed')),
      reviewed_by uuid references accounts on delete set null,
      reviewed_at timestamptz,
      created_at timestamptz(3) not null default now()
    );
    create index incident_reports_classroom_id_idx on incident_reports (classroom_id, created_at desc);
    create index incident_reports_enrolment_id_idx on incident_reports (enrolment_id, created_at);
    create index incident_reports_created_at_idx on incident_reports (created_at);
  `.execute(db);
}

async function outbox(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- What must be told to others, written with what it tells of; delivered at least once.
    create table outbox (
      -- Drawn, not counted: receivers know by it what they have had, and a restored database must not give it out again.
      id uuid primary key default gen_random_uuid(),
      topic varchar(40) not null,
      payload jsonb not null,
      created_at timestamptz not null default now(),
      due_at timestamptz not null default now(),
      attempts smallint not null default 0,
      last_error varchar(200),
      delivered_at timestamptz,
      -- Given up after many attempts; it stays until somebody has looked.
      dead_at timestamptz
    );
    create index outbox_due_at_idx on outbox (due_at) where delivered_at is null and dead_at is null;
    create index outbox_dead_at_idx on outbox (dead_at) where dead_at is not null;
    create index outbox_delivered_at_idx on outbox (delivered_at) where delivered_at is not null;
  `.execute(db);
}
