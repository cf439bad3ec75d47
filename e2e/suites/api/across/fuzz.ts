/** Pure: requests of every kind to a route, good, nearly good and bad; the same ones each time. */
import fc from 'fast-check';
import { ROLES } from '@heroes/api/access/roles.ts';
import type { Route } from '@heroes/api/http/route.ts';
import { parametersOf, type Party } from './cases.ts';
import type { District } from './district/district.ts';
import { CONTENT_TYPES, HEADERS, hostile, METHODS, nearly, QUERIES, RAW_BODIES, SEGMENTS } from './hostile.ts';
import { headersOf, knownIn, pathOf, requestOf, searchOf } from './requests.ts';
import type { Request } from './transport.ts';
import { valid, type Schema } from './values.ts';

const SEED = 20_261_125;
const VALID = 15;
const NEARLY = 25;
const HOSTILE = 10;

/** Anybody for whom the route is: what is refused at the door is no test of what is behind it. */
export function callerOf({ access }: Pick<Route, 'access'>): Party {
  if (access === 'public') return 'nobody';
  return ROLES.find((role) => access[role] !== undefined) ?? 'nobody';
}

/** @returns requests to a route. */
export function fuzzOf(district: District, route: Route): Request[] {
  const asked = { route, party: callerOf(route) };
  const good = requestOf(district, asked);
  return [
    ...sample(values(district, asked), VALID + NEARLY),
    ...(route.schemas.body === undefined ? [] : bodies(district, asked)),
    ...parametersOf(route).flatMap((name) => SEGMENTS.map((segment) => renamed(district, asked, { name, segment }))),
    ...QUERIES.map((query) => ({ ...good, url: `${good.url.split('?')[0] ?? ''}${query}` })),
    ...HEADERS.map((headers) => ({ ...good, headers: { ...good.headers, ...headers } })),
    ...METHODS.map((method) => ({ ...good, method })),
  ];
}

interface Asked {
  readonly route: Route;
  readonly party: Party;
}

const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] => fc.sample(arbitrary, { seed: SEED, numRuns });

/** Queries by the schema, and bodies by it or nearly so. */
function values(district: District, asked: Asked): fc.Arbitrary<Request> {
  const { query = {}, body } = asked.route.schemas;
  const base = { method: asked.route.method, headers: headersOf(district, asked.party, asked.route) };
  const path = pathOf(district, asked);
  const searches = valid({ type: 'object', ...(query as Schema) }, knownIn(district, asked));
  if (body === undefined)
    return fc.oneof(searches, searches.chain(nearly)).map((search) => ({ ...base, url: path + searchOf(search) }));
  const good = valid(body, knownIn(district, asked));
  return fc
    .tuple(searches, fc.oneof({ arbitrary: good, weight: VALID }, { arbitrary: good.chain(nearly), weight: NEARLY }))
    .map(([search, value]) => ({
      ...base,
      url: path + searchOf(search),
      body: value === undefined ? '' : JSON.stringify(value),
    }));
}

/** Bodies that are none of ours, and good ones that are said to be something else. */
function bodies(district: District, asked: Asked): Request[] {
  const good = requestOf(district, asked);
  const typed = (type: string | undefined): Request => {
    const { 'content-type': _, ...others } = good.headers ?? {};
    return { ...good, headers: type === undefined ? others : { ...others, 'content-type': type } };
  };
  return [
    ...sample(hostile, HOSTILE).map((value) => ({ ...good, body: JSON.stringify(value) })),
    ...RAW_BODIES.map((body) => ({ ...good, body })),
    ...CONTENT_TYPES.map(typed),
  ];
}

function renamed(district: District, asked: Asked, { name, segment }: { name: string; segment: string }): Request {
  const good = requestOf(district, asked);
  const own = pathOf(district, asked).split('/');
  const path = asked.route.path.split('/').map((part, index) => (part === `:${name}` ? segment : (own[index] ?? '')));
  return { ...good, url: path.join('/') };
}
