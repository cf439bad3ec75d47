import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';

/** A logger, and what it has written. */
function logging(mixin?: () => object) {
  const lines: string[] = [];
  const log = createLogger({
    service: 'heroes-test',
    version: '1.2.3',
    level: 'trace',
    destination: { write: (line) => void lines.push(line) },
    ...(mixin === undefined ? {} : { mixin }),
  });
  const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;
  return { log, lines, last };
}

/** What must never be in a log, by what it is. */
const SECRETS = {
  alias: 'Calm Otter',
  code: 'KQ7M-X2WP',
  email: 'ana.lopez@school.example',
  address: '203.0.113.77',
  addressSix: '2001:db8:85a3::8a2e:370:7334',
  token: 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl0123456789',
  password: 'correct horse battery staple',
  text: 'they push me on the bus every day',
  id: '6f1c0a52-8a44-4e0e-9a57-3a8d6a5f2b11',
} as const;

const leaks = (lines: readonly string[]): string[] =>
  Object.values(SECRETS).filter((secret) => lines.some((line) => line.includes(secret)));

describe('a line', () => {
  it('has the shape of the Elastic Common Schema', () => {
    const { log, last } = logging(() => ({ 'trace.id': 'a'.repeat(32), 'span.id': 'b'.repeat(16) }));
    log.info(
      { method: 'GET', route: '/v1/lessons/:lessonId', status_code: 200, durationMs: 12, reqId: 'r-1' },
      'answered',
    );
    expect(last()).toEqual({
      '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      'log.level': 'info',
      'ecs.version': expect.any(String) as string,
      'service.name': 'heroes-test',
      'service.version': '1.2.3',
      'event.dataset': 'heroes-test',
      'process.pid': process.pid,
      'host.hostname': expect.any(String) as string,
      'trace.id': 'a'.repeat(32),
      'span.id': 'b'.repeat(16),
      'http.request.method': 'GET',
      'http.route': '/v1/lessons/:lessonId',
      'http.response.status_code': 200,
      'http.request.id': 'r-1',
      'event.duration': 12_000_000,
      message: 'answered',
    });
  });

  it('tells of an error its kind, its code, and where it arose', () => {
    const { log, last } = logging();
    const cause = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' });
    log.error({ err: new TypeError('it broke', { cause }) }, 'failed');
    expect(last()).toMatchObject({
      'log.level': 'error',
      'error.type': 'TypeError',
      'error.message': 'it broke',
      'error.stack_trace': expect.stringMatching(/^ {4}at .*logger\.test\.ts/) as string,
      'heroes.causes': ['Error ECONNREFUSED connect ECONNREFUSED [address]'],
    });
    log.error(new Error('alone'));
    expect(last()).toMatchObject({ 'error.message': 'alone' });
  });

  it('keeps what our parts say', () => {
    const { log, last } = logging();
    log.info({ archive: 'heroes-20261124T023005Z.dump', sizeBytes: 12, migrations: ['0001-classrooms'] }, 'done');
    expect(last()).toMatchObject({
      'heroes.archive': 'heroes-20261124T023005Z.dump',
      'heroes.size_bytes': 12,
      'heroes.migrations': ['0001-classrooms'],
    });
  });

  it('counts what it leaves out', () => {
    const { log, last } = logging();
    log.info({ alias: SECRETS.alias, nested: { anything: 1 }, route: '/v1/me' }, 'x');
    expect(last()).toMatchObject({ 'heroes.dropped_fields': 2, 'http.route': '/v1/me' });
  });
});

describe('nothing of a person gets into a line', () => {
  it('from fields of any name, at any depth', () => {
    const { log, lines } = logging();
    const hostile: Record<string, unknown> = {
      ...SECRETS,
      req: {
        headers: { authorization: `Bearer ${SECRETS.token}`, cookie: SECRETS.token },
        body: SECRETS,
        ip: SECRETS.address,
      },
      res: SECRETS,
      user: { contact: { email: SECRETS.email } },
      [SECRETS.text]: 1,
      list: [SECRETS, [SECRETS]],
      toJSON: () => SECRETS,
      ['__proto__']: SECRETS,
      constructor: SECRETS.text,
      hasOwnProperty: SECRETS.text,
    };
    hostile.self = hostile;
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) log[level](hostile, 'hostile');
    expect(lines).toHaveLength(6);
    expect(leaks(lines)).toEqual([]);
  });

  it('from fields whose names are known', () => {
    const { log, lines } = logging();
    const known = [
      'method',
      'route',
      'reqId',
      'requestId',
      'reason',
      'signal',
      'archive',
      'migrations',
      'state',
      'err',
      'error',
    ];
    const { id: _id, ...words } = SECRETS;
    for (const value of [words, Object.values(words), ...Object.values(words)])
      log.info(Object.fromEntries(known.filter((name) => name !== 'reason').map((name) => [name, value])), 'known');
    log.info({ reason: `refused "${SECRETS.text}" of ${SECRETS.email} at ${SECRETS.address}` }, 'reason');
    expect(leaks(lines)).toEqual([]);
  });

  it('from errors of the database and of others', () => {
    const { log, lines } = logging();
    const fromDatabase = Object.assign(
      new Error(`duplicate key value: Key (email)=(${SECRETS.email}) already exists`),
      {
        code: '23505',
        detail: `Key (email)=(${SECRETS.email}) already exists.`,
        where: SECRETS.text,
        parameters: Object.values(SECRETS),
      },
    );
    const messages = [
      `invalid input syntax for type uuid: "${SECRETS.text}"`,
      `getaddrinfo failed for https://idp.example/cb?code=${SECRETS.token}`,
      `no such class: ${SECRETS.code}`,
      `peer ${SECRETS.addressSix} went away`,
      `enrolment ${SECRETS.id} is unknown`,
      `first line\n    at "${SECRETS.text}" (x:1:1)\n${SECRETS.token}`,
    ];
    for (const error of [fromDatabase, ...messages.map((message) => new Error(message))]) {
      log.error({ err: error }, 'failed');
      log.error({ err: new Error('outer', { cause: error }) }, 'failed');
      log.error(error);
      log.error({ err: SECRETS.text }, 'no error');
    }
    expect(leaks(lines)).toEqual([]);
  });

  it('from messages, or what is put into them', () => {
    const { log, lines } = logging();
    log.info(`joined with ${SECRETS.code} from ${SECRETS.address}`);
    log.info({ route: '/' }, `signed in as ${SECRETS.email} with "${SECRETS.password}"`);
    log.info('signed in as %s with %o', SECRETS.email, SECRETS);
    expect(leaks(lines)).toEqual([]);
  });

  it('from child loggers, and theirs', () => {
    const { log, lines, last } = logging();
    const child = log.child({ reqId: 'r-1', ...SECRETS }, { serializers: { route: () => SECRETS.text } });
    child.info({ route: '/v1/me' }, 'child');
    child.child({ headers: { cookie: SECRETS.token } }).warn(SECRETS, 'grandchild');
    expect(leaks(lines)).toEqual([]);
    expect(last()).toMatchObject({ 'http.request.id': 'r-1' });
  });

  it('whatever object is logged: only names that are known, and lines that are JSON', () => {
    const { log, lines, last } = logging();
    fc.assert(
      fc.property(fc.object({ maxDepth: 3 }), (given) => {
        log.info(given, 'any');
        expect(lines.at(-1)).toMatch(/\n$/);
        expect(
          Object.keys(last()).filter(
            (name) =>
              !/^(@timestamp|message|(log|ecs|service|event|process|host|http|error|heroes|trace|span)\.[\w.]+)$/.test(
                name,
              ),
          ),
        ).toEqual([]);
      }),
    );
  });
});
