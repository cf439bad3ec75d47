/** The API's metrics, under the names and with the buckets of docs: shared dashboards and rules read them. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from './data/database.ts';
import { AnswerTimes } from './observability/answer-times.ts';
import { InFlight } from './observability/in-flight.ts';
import { CIRCUITS, type Circuits } from './resilience/outgoing.ts';

const LESSON_MINUTES = [5, 10, 15, 20, 30, 45, 60];

type Source = Pick<Database, 'poolState' | 'waitMs'>;

/** @returns the metrics on a registry of their own. */
export function createMetrics(database: Source, circuits: Circuits = CIRCUITS): Metrics {
  const metrics = createUnseenMetrics();
  const registers = [metrics.registry];
  collectDefaultMetrics({ register: metrics.registry });
  databaseMetrics(registers, database);
  circuitMetrics(registers, circuits);
  return metrics;
}

/** @returns metrics of what is nobody's request, on a registry that nobody is shown. */
export function createUnseenMetrics() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    answers: new AnswerTimes(registry),
    inFlight: new InFlight(registry),
    activity: new Counter({
      name: 'classroom_activity_total',
      help: 'What classrooms do: created, joined, lesson_started, lesson_completed.',
      labelNames: ['activity_type', 'grade_level'] as const,
      registers,
    }),
    lessonMinutes: new Histogram({
      name: 'lesson_completion_duration_minutes',
      help: 'Time from the start of a lesson to its completion, minutes.',
      labelNames: ['lesson_id', 'grade_level'] as const,
      buckets: LESSON_MINUTES,
      registers,
    }),
    ...refusalMetrics(registers),
    ...workMetrics(registers),
    outgoing: new Counter({
      name: 'outgoing_calls_total',
      help: 'Tries of calls to other services: answered, failed, timed_out, or not_tried while the circuit is open.',
      labelNames: ['destination', 'outcome'] as const,
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createUnseenMetrics>;

function refusalMetrics(registers: Registry[]) {
  return {
    shed: new Counter({
      name: 'requests_shed_total',
      help: 'Requests refused because the pod had more to do than it can, by priority and what it had too little of.',
      labelNames: ['priority', 'bottleneck'] as const,
      registers,
    }),
    rateLimited: new Counter({
      name: 'requests_rate_limited_total',
      help: 'Requests refused because they came too often, by the limit that they ran into.',
      labelNames: ['limit'] as const,
      registers,
    }),
  };
}

/** What is done beside the requests. All pods see the same outbox: the largest of their values holds. */
function workMetrics(registers: Registry[]) {
  return {
    workFailures: new Counter({
      name: 'background_work_failures_total',
      help: 'Turns of work beside the requests that failed, by the work; each is tried again.',
      labelNames: ['work'] as const,
      registers,
    }),
    outboxMessages: new Gauge({
      name: 'outbox_messages',
      help: 'Messages of the outbox that wait to be delivered, and those that were given up (dead).',
      labelNames: ['state'] as const,
      registers,
    }),
    outboxOldestSeconds: new Gauge({
      name: 'outbox_oldest_seconds',
      help: 'Age of the oldest message that waits to be delivered, seconds.',
      registers,
    }),
    outboxDeliveries: new Counter({
      name: 'outbox_deliveries_total',
      help: 'Deliveries of messages: delivered, failed (it is tried again), or given_up.',
      labelNames: ['topic', 'outcome'] as const,
      registers,
    }),
    auditFaults: new Counter({
      name: 'audit_faults_total',
      help: 'Verifications that found an entry of the audit changed, removed or moved.',
      registers,
    }),
    helpOverdueSeconds: new Gauge({
      name: 'help_escalation_overdue_seconds',
      help: 'For how long the help signal that is due longest has not escalated, seconds; 0 when none is due.',
      registers,
    }),
  };
}

function databaseMetrics(registers: Registry[], { poolState, waitMs }: Source): void {
  new Gauge({
    name: 'db_connection_pool_size',
    help: 'Connections to PgBouncer: in use, idle, requests waiting for one, and the most there may be (total).',
    labelNames: ['state'] as const,
    registers,
    collect() {
      for (const [state, connections] of Object.entries(poolState())) this.set({ state }, connections);
    },
  });
  new Gauge({
    name: 'db_connection_wait_seconds',
    help: 'How long one waits for a connection of the pool now, seconds.',
    registers,
    collect() {
      this.set(waitMs() / 1000);
    },
  });
}

const STATES = ['closed', 'half_open', 'open'] as const;

function circuitMetrics(registers: Registry[], circuits: Circuits): void {
  new Gauge({
    name: 'outgoing_circuit_state',
    help: 'How the circuit of each destination of outgoing calls stands: 1 for the state that it is in.',
    labelNames: ['destination', 'state'] as const,
    registers,
    collect() {
      for (const [destination, now] of circuits.states())
        for (const state of STATES) this.set({ destination, state }, Number(state === now));
    },
  });
}
