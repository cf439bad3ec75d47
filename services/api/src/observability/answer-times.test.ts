import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { AnswerTimes } from './answer-times.ts';

const EDGES = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 3, 5, 7, 10];
const seconds = fc.oneof(fc.constantFrom(...EDGES), fc.double({ min: 0, max: 20, noNaN: true }));
const answer = fc.record({
  route: fc.constantFrom('/v1/lessons', '/v1/lessons/:lessonId'),
  status: fc.constantFrom(200, 304),
  seconds,
});

const durations = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('http_request_duration_seconds'))
    .sort();

describe('AnswerTimes', () => {
  it('exports what prom-client would of the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { maxLength: 50 }), async (answers) => {
        const [ours, theirs] = [new Registry(), new Registry()];
        const times = new AnswerTimes(ours);
        const histogram = new Histogram({
          name: 'http_request_duration_seconds',
          help: 'The same.',
          labelNames: ['method', 'route', 'status_code'],
          buckets: EDGES,
          registers: [theirs],
        });
        for (const { route, status, seconds: took } of answers) {
          times.of('GET', route, status).count(took);
          histogram.observe({ method: 'GET', route, status_code: status }, took);
        }
        expect(durations(await ours.metrics())).toEqual(durations(await theirs.metrics()));
      }),
      { numRuns: 50 },
    );
  });

  it('counts what nobody timed, and counts all once however often it is asked', async () => {
    const registry = new Registry();
    const times = new AnswerTimes(registry);
    times.of('GET', '/v1/events', 200).count(undefined);
    times.of('GET', '/v1/events', 200).count(0.1);
    await registry.metrics();
    const text = await registry.metrics();
    expect(text).toContain('http_requests_total{method="GET",route="/v1/events",status_code="200"} 2');
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/v1/events",status_code="200"} 1');
    expect(text).toMatch(/# TYPE http_request_duration_seconds histogram/);
  });
});
