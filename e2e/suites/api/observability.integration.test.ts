/** What the API says of itself: metrics under the names that dashboards read, and lines that hold nothing of a person. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bearer,
  enrol,
  makeClassroom,
  makePerson,
  makeSchool,
  type Classroom,
  type Enrolled,
  type Person,
} from './people.ts';
import { startStack, type Stack } from './stack.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CHILD = '203.0.113.77';

let stack: Stack;
let facilitator: Person;
let classroom: Classroom;
let student: Enrolled;

beforeAll(async () => {
  stack = await startStack({ settings: { TRUSTED_PROXIES: '10.0.0.0/8' } });
  const schoolId = await makeSchool(stack);
  facilitator = await makePerson(stack, 'facilitator', schoolId);
  classroom = await makeClassroom(stack, facilitator.accountId, schoolId);
  student = await enrol(stack, classroom);
  await useIt();
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

/** Of everything a little: what works and what is refused. */
async function useIt(): Promise<void> {
  const from = {
    remoteAddress: '10.0.0.1',
    headers: { 'x-forwarded-for': CHILD, traceparent: `00-${TRACE}-b7ad6b7169203331-01` },
  };
  const { app } = stack;
  await app.inject({ url: '/v1/lessons', ...from });
  await app.inject({ method: 'POST', url: '/v1/join/preview', ...from, payload: { code: classroom.code } });
  await app.inject({ method: 'POST', url: '/v1/join', ...from, payload: { code: classroom.code } });
  await app.inject({ method: 'POST', url: '/v1/join', ...from, payload: { code: 'ABCD-EFGH', note: 'they push me' } });
  await app.inject({ url: '/v1/me', ...from, headers: { ...from.headers, ...bearer(student) } });
  await app.inject({ url: '/v1/me', ...from, headers: { ...from.headers, authorization: `Bearer ${student.token}x` } });
  await app.inject({ url: `/v1/classrooms/${classroom.id}`, headers: bearer(facilitator) });
  await app.inject({ url: `/v1/lessons/none?code=${classroom.code}`, ...from });
  await app.inject({ url: '/nowhere/they-push-me', ...from });
}

const linesOf = (): Record<string, unknown>[] =>
  stack.logged.map((line) => JSON.parse(line) as Record<string, unknown>);

describe('log lines', () => {
  it('have the shape of the Elastic Common Schema, one an answer', () => {
    const answered = linesOf().filter(({ message }) => message === 'answered');
    expect(answered.length).toBeGreaterThanOrEqual(9);
    for (const line of answered)
      expect(line).toMatchObject({
        '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
        'log.level': 'info',
        'ecs.version': expect.any(String) as string,
        'service.name': 'heroes-api',
        'event.dataset': 'heroes-api',
        'http.request.method': expect.stringMatching(/^(GET|POST)$/) as string,
        'http.request.id': expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        'http.response.status_code': expect.any(Number) as number,
        'event.duration': expect.any(Number) as number,
        'trace.id': expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      });
  });

  it('name routes, not addresses', () => {
    const routes = new Set(linesOf().flatMap((line) => (line['http.route'] === undefined ? [] : [line['http.route']])));
    expect(routes).toContain('/v1/join');
    expect(routes).toContain('/v1/classrooms/:classroomId');
    expect(routes).toContain('unmatched');
  });

  it('are on the trace that a trusted proxy began, and on one of their own otherwise', () => {
    const traces = linesOf().map((line) => line['trace.id']);
    expect(traces.filter((trace) => trace === TRACE).length).toBeGreaterThanOrEqual(8);
    expect(new Set(traces).size).toBeGreaterThan(1);
  });

  it('and metrics hold no code, token, alias, address or text', async () => {
    const rows = await stack.db.selectFrom('student_sessions').select('alias').execute();
    const secrets = [
      classroom.code,
      classroom.code.replace('-', ''),
      student.token,
      facilitator.token,
      'ABCD-EFGH',
      'push me',
      'they-push',
      CHILD,
      '10.0.0.1',
      'Bearer',
      ...rows.map(({ alias }) => alias),
    ];
    const said = [...stack.logged, (await stack.app.inject('/metrics')).body].join('\n');
    expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
  });
});

describe('metrics', () => {
  it('have the names and buckets that dashboards read', async () => {
    const { body, headers } = await stack.app.inject('/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(body).toMatch(/http_requests_total\{method="GET",route="\/v1\/lessons",status_code="200"\} 1/);
    for (const edge of ['0.1', '0.3', '0.4', '0.5', '0.7', '1', '3', '5', '7', '10'])
      expect(body).toContain(
        `http_request_duration_seconds_bucket{le="${edge}",method="GET",route="/v1/lessons",status_code="200"}`,
      );
    for (const state of ['active', 'idle', 'waiting', 'total'])
      expect(body).toMatch(new RegExp(`db_connection_pool_size\\{state="${state}"\\} \\d`));
    for (const name of ['classroom_activity_total', 'lesson_completion_duration_minutes', 'requests_shed_total'])
      expect(body).toContain(`# TYPE ${name}`);
  });

  it('count no probe and no scrape', async () => {
    await stack.app.inject('/livez');
    await stack.app.inject('/readyz');
    const { body } = await stack.app.inject('/metrics');
    expect(body).not.toMatch(/route="\/(livez|readyz|metrics)"/);
  });
});
