/** What a client that means no good, or is broken, may send: in the place of a value, of a body, of a path, of a header. */
import fc from 'fast-check';

/** Sent all over the place; wherever it comes back where it must not, it is known by this. */
export const MARK = 'x-heroes-mark';

const TEXTS: readonly string[] = [
  '',
  ' ',
  'a'.repeat(10_000),
  'NUL \0 inside',
  'half a pair \ud800',
  '\u202eturned around',
  '\u{1f469}\u200d\u{1f467}\u200d\u{1f466}',
  `a${'\u0301'.repeat(500)}`,
  "' or 1=1 --",
  '"; drop table classrooms; --',
  '$1',
  '../../../etc/passwd',
  '%2e%2e%2f',
  '%00',
  `\r\nset-cookie: ${MARK}=1`,
  `\nlocation: //${MARK}`,
  `<script>${MARK}</script>`,
  '${7*7}{{7*7}}',
  '=cmd|"/c calc"!A1',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'NaN',
  '1e999',
  '9'.repeat(400),
  '0000-00-00',
  '2026-02-30T25:61:61Z',
  '+275760-09-13T00:00:00.001Z',
  '-000001-01-01T00:00:00Z',
  '9999-12-31T23:59:60Z',
  '00000000-0000-0000-0000-000000000000',
  'ABCD-EFGH',
  'İıſK',
];

const NUMBERS: readonly number[] = [-1, -0, 0.1, 2 ** 15, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 63), 1e21, 1e308, 5e-324];

const deep = (levels: number): unknown => {
  let value: unknown = MARK;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

/** Values that no schema of ours allows everywhere. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.constantFrom(...NUMBERS),
  fc.constantFrom<unknown>(
    null,
    true,
    [],
    {},
    [[]],
    deep(60),
    Array.from({ length: 2_000 }, () => 1),
  ),
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ maxDepth: 3 }),
);

type Path = readonly (string | number)[];

/** @returns a generator of what is nearly a value: one thing in it changed, gone, added, or said twice. */
export const nearly = (value: unknown): fc.Arbitrary<unknown> =>
  fc.constantFrom(...pathsIn(value)).chain((path) =>
    fc.oneof(
      hostile.map((bad) => changed(value, path, () => bad)),
      fc.constant(changed(value, path, () => undefined)),
      fc
        .tuple(fc.constantFrom('extra', '__proto__x', 'constructor', 'classroomId', 'role', ''), hostile)
        .map(([name, bad]) => changed(value, path, (old) => ({ ...(isObject(old) ? old : {}), [name]: bad }))),
      fc.constant(changed(value, path, (old) => [old, old])),
    ),
  );

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function pathsIn(value: unknown, path: Path = []): Path[] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [
    path,
    ...inner.flatMap(([name, each]) => pathsIn(each, [...path, Array.isArray(value) ? Number(name) : name])),
  ];
}

function changed(value: unknown, [first, ...rest]: Path, change: (old: unknown) => unknown): unknown {
  if (first === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((each: unknown, index) => (index === first ? changed(each, rest, change) : each));
  const object = value as Record<string, unknown>;
  return { ...object, [first]: changed(object[first], rest, change) };
}

/** Bodies that are no JSON, or more of it than is good. */
export const RAW_BODIES: readonly (string | Buffer)[] = [
  '',
  ' ',
  '{',
  '}',
  'null',
  '[]',
  '"text"',
  '1',
  'NaN',
  '{"a":1,}',
  '{"a":1}{"b":2}',
  "{'a':1}",
  '{"a":1/*b*/}',
  '{"a":1e999}',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"a":1,"a":2}',
  '{"\\u0000":"\\u0000"}',
  '{"a":"\\ud800"}',
  '['.repeat(8_000),
  `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`,
  `{"a":"${'x'.repeat(2_000_000)}"}`,
  Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
  Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]),
  Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{}')]),
  Buffer.alloc(100),
];

export const CONTENT_TYPES: readonly (string | undefined)[] = [
  undefined,
  '',
  'text/plain',
  'text/xml',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-16',
  'application/json;;;',
  'APPLICATION/JSON',
  'application/jsonp',
  'application/problem+json',
  `application/${'x'.repeat(5_000)}`,
  `application/json; ${MARK}`,
];

/** In the place of a parameter of a path. */
export const SEGMENTS: readonly string[] = [
  '..',
  '%2e%2e',
  '%2e%2e%2f%2e%2e',
  '%2f',
  '%5c',
  '%00',
  '%0d%0aset-cookie:x-heroes-mark=1',
  '%ff',
  '%E0%A4%A',
  '%ed%a0%80',
  '%',
  ';a=b',
  '*',
  ':classroomId',
  'null',
  'undefined',
  '-1',
  '1e3',
  '99999999999999999999',
  'a'.repeat(101),
  'a'.repeat(9_000),
  '%F0%9F%91%A9',
  '00000000-0000-0000-0000-000000000000',
  '00000000-0000-0000-0000-00000000000G',
  'ABCDEFAB-0000-4000-8000-000000000000',
  "'%20or%20'1'='1",
  '__proto__',
  'constructor',
];

/** After the path. */
export const QUERIES: readonly string[] = [
  '?',
  '?x=1',
  '?&&&',
  '?=',
  '?%',
  '?%00=%00',
  '?limit=1&limit=2',
  '?limit[]=1',
  '?limit=',
  '?limit=0',
  '?limit=51',
  '?limit=1e1',
  '?limit=1.5',
  '?limit=0x10',
  '?limit=99999999999999999999',
  '?limit=%ff',
  '?cursor=',
  '?cursor=nonsense',
  `?cursor=${Buffer.from('["lessons",{"a":1}]').toString('base64url')}`,
  `?cursor=${Buffer.from('["lessons"]').toString('base64url')}`,
  `?cursor=${'A'.repeat(129)}`,
  '?__proto__[admin]=1',
  '?constructor=1',
  `?${'a=1&'.repeat(1_500)}`,
  '#fragment',
  '?a=%0d%0aset-cookie:%20x-heroes-mark=1',
];

/** Beside a request that is otherwise good. */
export const HEADERS: readonly Readonly<Record<string, string>>[] = [
  { authorization: 'Bearer' },
  { authorization: 'Bearer a.b.c' },
  { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` },
  { authorization: `Bearer ${'a'.repeat(4_000)}.b.c` },
  { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.' },
  { 'idempotency-key': 'short' },
  { 'idempotency-key': 'ü'.repeat(30) },
  { 'idempotency-key': 'a'.repeat(65) },
  { 'if-none-match': '*' },
  { 'if-none-match': `"${MARK}"` },
  { 'if-none-match': '"'.repeat(6_000) },
  { accept: 'application/xml' },
  { 'accept-encoding': 'x'.repeat(2_000) },
  { 'accept-language': `${MARK}, *;q=0` },
  { 'x-request-id': MARK },
  { 'x-forwarded-for': `${MARK}, 203.0.113.9, ::1` },
  { 'x-forwarded-host': MARK },
  { 'x-forwarded-proto': 'javascript' },
  { 'x-http-method-override': 'DELETE' },
  { 'last-event-id': '-1' },
  { 'last-event-id': MARK },
  { range: 'bytes=0-0' },
  { expect: 'something' },
  { 'content-encoding': 'gzip' },
  { origin: `https://${MARK}` },
  { cookie: `${MARK}=1` },
  { te: MARK },
  { traceparent: '00-zz-zz-zz' },
];

/** Besides those that a route takes. */
export const METHODS: readonly string[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'SEARCH',
];
