/** Whatever is sent, it is answered: never by a failure of ours, and every refusal is a problem document that tells nothing else. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '@heroes/api/http/route.ts';
import { ROUTES } from '@heroes/api/routes.ts';
import { answerFaults, errorFaults } from './across/answers.ts';
import { nameOf } from './across/cases.ts';
import { fuzzOf } from './across/fuzz.ts';
import { MALFORMED, say } from './across/malformed.ts';
import { takeBackAll } from './across/statements.ts';
import type { Reply, Request } from './across/transport.ts';
import { leaksOf, startWorld, type World } from './across/world.ts';

let world: World;
let takingBack: Disposable;
let sent = 0;

beforeAll(async () => {
  world = await startWorld();
  takingBack = takeBackAll('heroes_api');
});

afterAll(async () => {
  console.log(`fuzzing: ${ROUTES.length} routes, ${sent} cases`);
  takingBack[Symbol.dispose]();
  await world[Symbol.asyncDispose]();
});

/** What comes to another route is that one's to declare. */
const faultsOf = (route: Route, request: Request, reply: Reply): string[] =>
  request.method === route.method || reply.status >= 400 ? answerFaults(route, reply) : [];

const told = ({ method, url, headers = {}, body = '' }: Request): string => {
  const { authorization: _, ...others } = headers;
  return `${method} ${url.slice(0, 200)} ${JSON.stringify(others).slice(0, 300)} ${String(body).slice(0, 300)}`;
};

/** So many at once: what comes together must not matter either. */
const AT_ONCE = 4;

async function faultsOfAll(route: Route, requests: readonly Request[]): Promise<string[]> {
  const all: string[] = [];
  const left = requests.values();
  const work = async (): Promise<void> => {
    for (const request of left) {
      sent += 1;
      const faults = await world.send(request).then(
        (reply) => faultsOf(route, request, reply),
        (error: unknown) => [`was not answered: ${String(error)}`],
      );
      all.push(...faults.map((fault) => `${fault} <- ${told(request)}`));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return all;
}

describe.each(ROUTES.map((route) => [nameOf(route), route] as const))('%s', (_name, route) => {
  it('withstands whatever is sent', async () => {
    expect(await faultsOfAll(route, fuzzOf(world.district, route))).toEqual([]);
  });
});

describe('what is no HTTP', () => {
  it.each(MALFORMED)('%s is refused', async (_what, words) => {
    const reply = await say(world.port, words);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(errorFaults(reply)).toEqual([]);
  });
});

it('has logged and counted nothing that is anybody’s', async () => {
  expect(await leaksOf(world)).toEqual([]);
});
