/** What routes can answer besides what they declare: it follows from the declaration, for all of them alike. */
import { isWrite, type Route } from '../http/route.ts';

/** By status, or `default` for any other. */
export const IMPLIED = {
  400: 'The request is not as this address takes it; `errors` says where.',
  401: 'There is no token, or it is not good any more.',
  403: 'It is for others.',
  404: 'What the path names is not there, or it is somebody else’s.',
  413: 'The body is too large.',
  415: 'The body is no JSON.',
  422: 'The Idempotency-Key was used for another request.',
  429: 'It was called too often; Retry-After says when to come again.',
  503: 'The database cannot be reached, or there is too much to do; Retry-After says when to come again.',
  default: 'Something went wrong on our side.',
} as const;

/** @returns the statuses that a route can answer with and does not declare. */
export function impliedStatuses(each: Route): string[] {
  const { access, subject, rate, schemas, answers } = each;
  const takesSomething = isWrite(each) || Object.values(schemas).some((schema) => schema !== undefined);
  const applies: Readonly<Record<keyof typeof IMPLIED, boolean>> = {
    400: takesSomething,
    401: access !== 'public',
    403: access !== 'public',
    404: subject !== undefined,
    413: schemas.body !== undefined,
    415: schemas.body !== undefined,
    422: isWrite(each),
    429: rate !== 'open',
    503: true,
    default: true,
  };
  return Object.entries(applies).flatMap(([status, can]) =>
    can && answers[Number(status)] === undefined ? [status] : [],
  );
}
