/** What the edge answers by itself, in the API's shape (RFC 9457) and with its headers: clients see one service. */

/** As services/api/src/http/security-headers.ts has them; a test holds that they are the same. */
export const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

export interface Problem {
  readonly status: number;
  readonly title: string;
  /** A format of HAProxy: what it holds in `%[]` is worked out for each answer. */
  readonly detail: string;
  /** A format as well, seconds. */
  readonly retryAfter?: string;
}

export const NOT_FOUND: Problem = {
  status: 404,
  title: 'Not Found',
  detail: 'There is nothing at this address. Look at the method and the path.',
};

/** What HAProxy itself would answer with a page of its own; that is left to it where there is no request that could be read. */
export const FAILURES: readonly Problem[] = [
  { status: 400, title: 'Bad Request', detail: 'This is not HTTP as we understand it. Nothing was done.' },
  { status: 408, title: 'Request Timeout', detail: 'The request did not come to its end in time. Send it again.' },
  { status: 500, title: 'Internal Server Error', detail: 'Something went wrong on our side.' },
  {
    status: 502,
    title: 'Bad Gateway',
    detail: 'The answer was lost. What was asked may have been done: look before you send it again.',
  },
  {
    status: 503,
    title: 'Service Unavailable',
    detail: 'Nobody can take the request at the moment. Nothing was done. Try again soon.',
    retryAfter: '2',
  },
  {
    status: 504,
    title: 'Gateway Timeout',
    detail: 'The answer took too long. What was asked may have been done: look before you send it again.',
  },
];

/** @returns the arguments of `http-request return`, `deny` and `http-error` that make an answer of a problem. */
export function answer({ status, title, detail, retryAfter }: Problem): string {
  const requestId = '%[unique-id]';
  const headers = {
    'x-request-id': requestId,
    'cache-control': 'no-store',
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
  };
  return [
    'content-type application/problem+json',
    ...Object.entries(headers).map(([name, value]) => `hdr ${name} ${quoted(value)}`),
    `lf-string ${quoted(JSON.stringify({ type: 'about:blank', title, status, detail, requestId }))}`,
  ].join(' ');
}

/** @returns the rules that give all answers what browsers are told with each of the API's. */
export const securityRules = (): string[] =>
  Object.entries(SECURITY_HEADERS).map(
    ([name, value]) => `http-after-response set-header ${name} ${quoted(value.replaceAll('%', '%%'))}`,
  );

/** HAProxy reads nothing into what is within single quotes but their end. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'"'"'`)}'`;
