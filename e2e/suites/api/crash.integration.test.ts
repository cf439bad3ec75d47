/** A write that is cut off at any of its statements leaves nothing of itself; one that was committed is done once, however often it is sent. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isWrite, type Route } from '@heroes/api/http/route.ts';
import { ROUTES } from '@heroes/api/routes.ts';
import { nameOf } from './across/cases.ts';
import { Scissors } from './across/crash/cutting.ts';
import { NOT_REPEATED, prepare } from './across/crash/preparing.ts';
import { makeDistrict } from './across/district/district.ts';
import { callerOf } from './across/fuzz.ts';
import { requestOf } from './across/requests.ts';
import { digests } from './across/snapshot.ts';
import type { Reply } from './across/transport.ts';
import { leaksOf, startWorld, type World } from './across/world.ts';

let world: World;
let scissors: Scissors;
let cuts = 0;

beforeAll(async () => {
  world = await startWorld();
  scissors = new Scissors(world.stack);
});

afterAll(async () => {
  console.log(`crashes: ${WRITES.length} writes, cut off ${cuts} times`);
  await scissors[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const WRITES = ROUTES.filter((route) => isWrite(route) && NOT_REPEATED[nameOf(route)] === undefined);

const BUSY = { status: 503, headers: { 'retry-after': expect.any(String) as string } };

interface Case {
  readonly before: Readonly<Record<string, string>>;
  readonly send: () => Promise<Reply>;
}

/** Cuts the write off at each of its statements in turn. @returns how many there are. */
async function cutEverywhere({ before, send }: Case): Promise<number> {
  for (let index = 0; ; index += 1) {
    let reply: Reply | undefined;
    const statements = await scissors.during(index, async () => (reply = await send()));
    // It came to its end before there was anything to cut.
    if (statements[index] === undefined) throw new Error(`not cut at ${index}, but ${JSON.stringify(reply)}`);
    cuts += 1;
    expect({ statement: statements[index], reply }).toMatchObject({ reply: BUSY });
    expect({ statement: statements[index], tables: await digests(world.stack.db) }).toMatchObject({ tables: before });
    if (statements[index] === 'commit') return index + 1;
  }
}

/** A write that has something to do, with a key of its own. */
async function writeOf(route: Route): Promise<Case> {
  const { stack } = world;
  const district = await makeDistrict(stack);
  const made = requestOf(district, { route, party: callerOf(route) });
  const prepared = await prepare(nameOf(route), { ...world, district }, made);
  const request = { ...prepared, headers: { ...prepared.headers, 'idempotency-key': randomUUID() } };
  return { before: await digests(stack.db), send: async () => world.send(request) };
}

const isDone = ({ status }: Reply): boolean => status >= 200 && status < 300;

describe.each(WRITES.map((route) => [nameOf(route), route] as const))('%s', (_name, route) => {
  it('is done once when it comes twice at once', async () => {
    const { before, send } = await writeOf(route);
    const both = await Promise.all([send(), send()]);
    expect(both).toSatisfy(
      ([one, other]: Reply[]) => one !== undefined && other !== undefined && isDone(one) && isDone(other),
    );
    expect(both[0].text).toEqual(both[1].text);
    expect(both.filter(({ headers }) => headers['idempotency-replayed'] === 'true')).toHaveLength(1);
    const after = await digests(world.stack.db);
    expect(after).not.toEqual(before);
    expect(await send()).toMatchObject({ text: both[0].text, headers: { 'idempotency-replayed': 'true' } });
    expect(await digests(world.stack.db)).toEqual(after);
  });

  it('is done as a whole or not at all, and once', async () => {
    const { stack } = world;
    const { before, send } = await writeOf(route);
    await cutEverywhere({ before, send });

    let lost: Reply | undefined;
    await scissors.during('after the commit', async () => (lost = await send()));
    cuts += 1;
    expect(lost).toMatchObject(BUSY);
    const after = await digests(stack.db);
    expect(after).not.toEqual(before);

    for (let again = 0; again < 2; again += 1) {
      const reply = await send();
      expect({ ...reply, isDone: isDone(reply) }).toMatchObject({
        isDone: true,
        headers: { 'idempotency-replayed': 'true' },
      });
      expect(await digests(stack.db)).toEqual(after);
    }
  });
});

it('has logged nothing that is anybody’s, also not of what failed', async () => {
  expect(await leaksOf(world)).toEqual([]);
});
