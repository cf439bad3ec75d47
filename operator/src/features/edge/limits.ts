/**
 * How often one may ask, at the edge. Who has a token that the API has called good has a bucket of their own. All others share that
 * of their address: a token can be made up, as many as one likes, and would be a way around every bucket. What is counted is the
 * same as in the API (services/api/src/limits/rates.ts, domain/bucket.ts): the generic cell rate algorithm, one time a bucket.
 */
import { answer } from './answers.ts';

export interface Limit {
  readonly perSecond: number;
  readonly burst: number;
  /** Buckets that are kept; of more than these the oldest are forgotten. */
  readonly size: string;
  /** How long one is kept that nobody uses: at least until it is full again. */
  readonly expire: string;
}

export const LIMITS = {
  token: { perSecond: 10, burst: 20, size: '50k', expire: '15m' },
  /** By address: a school of 1,500 behind one joins within a minute of the bell. */
  join: { perSecond: 100, burst: 2000, size: '20k', expire: '1m' },
  /** By address, all else: what everybody may read, signing in, the first request with a new token. */
  anonymous: { perSecond: 100, burst: 2000, size: '20k', expire: '1m' },
} as const satisfies Readonly<Record<string, Limit>>;
type Name = keyof typeof LIMITS;
const NAMES = Object.keys(LIMITS) as Name[];

/** What draws on the budget of joins. */
export const JOIN_PATHS = ['/v1/join', '/v1/join/preview'] as const;

/** By this the API says that the token of a request is good (verified), or was (ended). It is for the edge alone. */
const TOKEN_HEADER = 'x-heroes-token';

/** An address of IPv6 stands for its /64, as in the API. */
const CALLER = 'var(txn.client),ipmask(32,64)';
const KEYS: Readonly<Record<Name, string>> = { token: 'var(txn.token)', join: CALLER, anonymous: CALLER };

/** Times are kept in 32 bits: milliseconds, beginning anew each 46 days. What is further ahead than half of that is from before. */
const TURN_MS = 4_000_000_000;

/**
 * What a token that the API has refused costs its address: to look at one is the dearest that can be had for nothing. One that has
 * ended was the API's own, and costs as any request: a class that is over polls on with as many as it had.
 */
const REFUSED_COSTS = 10;
/** Slots of a bucket: whether the token is good, and when the bucket is full again. */
const [GOOD, FULL_AT] = [0, 1];

const table = (name: Name): string => `limit_${name}`;
const eachMs = ({ perSecond }: Limit): number => 1000 / perSecond;
const roomMs = (limit: Limit): number => limit.burst * eachMs(limit);

/** @returns the tables that hold the buckets. */
export const tables = (): string[] =>
  NAMES.flatMap((name) => {
    const type = name === 'token' ? 'binary len 32' : 'ipv6';
    const { size, expire } = LIMITS[name];
    return [`backend ${table(name)}`, `    stick-table type ${type} size ${size} expire ${expire} store gpt(2)`, ''];
  });

/** @returns the rules that find out whose bucket a request draws on, and refuse it when that is empty. */
export const requestRules = (): string[] => [
  // As the API reads it: the first Authorization, or what a proxy that takes that for itself lets through.
  `http-request set-var(txn.token) req.fhdr(authorization,1),sha2(256) if { req.fhdr(authorization,1) -m found }`,
  `http-request set-var(txn.token) req.fhdr(x-heroes-authorization,1),sha2(256) if !{ var(txn.token) -m found } { req.fhdr(x-heroes-authorization,1) -m found }`,
  'http-request set-var(txn.limit) str(anonymous)',
  `http-request set-var(txn.limit) str(join) if METH_POST { path ${JOIN_PATHS.join(' ')} }`,
  // Looked up and not tracked: what is made up takes no room in the table.
  `http-request set-var(txn.limit) str(token) if { var(txn.token) -m found } { var(txn.token),table_gpt(${GOOD},${table('token')}) -m int 1 } !{ var(txn.limit) -m str join }`,
  ...NAMES.flatMap((name) => {
    const draws = `if { var(txn.limit) -m str ${name} }`;
    return [
      `http-request track-sc0 ${KEYS[name]} table ${table(name)} ${draws}`,
      `http-request set-var(txn.each) int(${eachMs(LIMITS[name])}) ${draws}`,
      `http-request set-var(txn.room) int(${roomMs(LIMITS[name])}) ${draws}`,
      `http-request set-var(txn.rate) int(${LIMITS[name].perSecond}) ${draws}`,
    ];
  }),
  `http-request set-var(txn.now) date(0,ms),mod(${TURN_MS})`,
  // How far ahead of now the bucket is spoken for. Full, or from before the times began anew: not at all.
  `http-request set-var(txn.ahead) sc_get_gpt(${FULL_AT},0),sub(txn.now)`,
  `http-request set-var(txn.ahead) int(0) if { var(txn.ahead) -m int lt 0 } || { var(txn.ahead) -m int gt ${TURN_MS / 2} }`,
  'http-request set-var(txn.ahead) var(txn.ahead),add(txn.each)',
  'http-request set-var(txn.wait) var(txn.ahead),sub(txn.room),add(999),div(1000)',
  // A flood of refusals is counted, and no flood of lines.
  'http-request set-log-level silent if { var(txn.wait) -m int gt 0 }',
  `http-request deny deny_status 429 ${answer({
    status: 429,
    title: 'Too Many Requests',
    detail: 'That is more than %[var(txn.rate)] a second. Wait %[var(txn.wait)] s.',
    retryAfter: '%[var(txn.wait)]',
  })} if { var(txn.wait) -m int gt 0 }`,
  `http-request sc-set-gpt(${FULL_AT},0) var(txn.now),add(txn.ahead)`,
];

/** @returns the rules that learn from the API which tokens are good. */
export const responseRules = (): string[] => {
  const verified = `if { var(txn.token) -m found } { res.hdr(${TOKEN_HEADER}) -m str verified }`;
  return [
    `http-response track-sc1 var(txn.token) table ${table('token')} ${verified}`,
    `http-response sc-set-gpt(${GOOD},1) 1 ${verified}`,
    `http-response sc-set-gpt(${FULL_AT},0) sc_get_gpt(${FULL_AT},0),add(${(REFUSED_COSTS - 1) * eachMs(LIMITS.anonymous)}) if { status 401 } { var(txn.limit) -m str anonymous } { var(txn.token) -m found } !{ res.hdr(${TOKEN_HEADER}) -m str ended }`,
    // One that was good and is not any more is as good as made up.
    `http-response sc-set-gpt(${GOOD},0) 0 if { status 401 } { var(txn.limit) -m str token }`,
    `http-response del-header ${TOKEN_HEADER}`,
  ];
};
