/** The API's metrics, under the names and with the buckets of docs: shared dashboards and rules read them. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from './data/database.ts';

/** 0.4 s is the objective, so it must be a bucket's edge. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 3, 5, 7, 10];
const LESSON_MINUTES = [5, 10, 15, 20, 30, 45, 60];

/** @returns the metrics on a registry of their own. */
export function createMetrics(poolState: Database['poolState']) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const http = ['method', 'route', 'status_code'] as const;
  new Gauge({
    name: 'db_connection_pool_size',
    help: 'Connections to PgBouncer: in use, idle, requests waiting for one, and the most there may be (total).',
    labelNames: ['state'] as const,
    registers,
    collect() {
      for (const [state, connections] of Object.entries(poolState())) this.set({ state }, connections);
    },
  });
  return {
    registry,
    requestSeconds: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from a request to the end of its answer, seconds.',
      labelNames: http,
      buckets: DURATION_BUCKETS,
      registers,
    }),
    requests: new Counter({ name: 'http_requests_total', help: 'Requests answered.', labelNames: http, registers }),
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
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
