/** Makes Fastify's routes of ours: one order of checks for all of them, so that none can be forgotten. */
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import type { Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { ANY, OWN, reachOf } from '../access/reach.ts';
import { ROLES, type Actor } from '../access/roles.ts';
import type { Context } from '../context.ts';
import { asActor } from '../data/transaction.ts';
import { readKey, replay, keep } from './idempotency.ts';
import { Problem } from './problems.ts';
import { isWrite, type Answer, type Call, type Route } from './route.ts';

/** Adds routes to an instance. @throws Error when one is declared wrongly: the process must not start with it. */
export function register(app: FastifyInstance, context: Context, routes: readonly Route[]): void {
  for (const each of routes) {
    const faults = faultsOf(each);
    if (faults.length > 0) throw new Error(`${each.method} ${each.path}: ${faults.join('; ')}`);
    app.route({
      method: each.method,
      url: each.path,
      schema: schemaOf(each),
      ...(each.bodyLimit === undefined ? {} : { bodyLimit: each.bodyLimit }),
      handler: async (request, reply) => send(reply, each, await serve(context, each, request)),
    });
  }
}

/** Pure. @returns what is wrong with a declaration; a route without an access rule is never served. */
export function faultsOf(each: Route): string[] {
  const { access, subject, path } = each;
  const faults: string[] = [];
  const roles = typeof access === 'object' ? Object.keys(access) : [];
  // Types say so already; a declaration that got around them must not open a door.
  if (access !== 'public' && roles.length === 0) faults.push('no access rule: name the roles, or say public');
  const unknown = roles.filter((role) => !(ROLES as readonly string[]).includes(role));
  if (unknown.length > 0) faults.push(`unknown roles: ${unknown.join(', ')}`);
  if (subject !== undefined && !path.includes(`:${subject}Id`)) faults.push(`its path names no :${subject}Id`);
  if (subject !== undefined && access === 'public') faults.push('what is public has no subject');
  const named = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const declared = Object.keys(each.schemas.params?.properties ?? {});
  if ([...named].sort().join() !== [...declared].sort().join()) faults.push('its params are not those of its path');
  return faults;
}

function schemaOf({ schemas, answers }: Route): FastifySchema {
  const { params, query, body } = schemas;
  return {
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? {} : { body }),
    response: Object.fromEntries(
      Object.entries(answers).flatMap(([status, { schema }]) => (schema === undefined ? [] : [[status, schema]])),
    ),
  };
}

/** Who → may they → how often → is it theirs → the work. */
async function serve(context: Context, each: Route, request: FastifyRequest): Promise<Answer> {
  context.shedding.admit(each);
  const actor = each.access === 'public' ? ANONYMOUS : await context.tokens.actor(request);
  const within = permit(each, actor);
  await context.rates.admit(each, actor, request.ip);
  const transaction = <T>(work: (db: Transaction<DB>) => Promise<T>): Promise<T> =>
    asActor(context.db, actor, async (db) => {
      await within(db, request);
      return work(db);
    });
  const call = (tx: Call['tx']): Call => ({ ...partsOf(request), actor, tx });
  if (!isWrite(each)) return each.handle(call(transaction), context);
  const key = readKey(request, actor);
  return transaction(async (db) => {
    const before = key === undefined ? undefined : await replay(db, each, key);
    if (before !== undefined) return before;
    const answer = await each.handle(
      call(async (work) => work(db)),
      context,
    );
    if (key !== undefined) await keep(db, key, answer);
    return answer;
  });
}

const ANONYMOUS: Actor = { kind: 'anonymous' };

type Within = (db: Transaction<DB>, request: FastifyRequest) => Promise<void>;

/** @returns the check of the subject. @throws Problem 401 or 403 for whom the route is not. */
function permit({ access, subject }: Route, actor: Actor): Within {
  if (access === 'public') return async () => Promise.resolve();
  if (actor.kind === 'anonymous')
    throw new Problem({ status: 401, detail: 'Send a token as "Authorization: Bearer …".' });
  const reach = reachOf(access, actor);
  if (reach === undefined) throw new Problem({ status: 403, detail: `This is for ${Object.keys(access).join(', ')}.` });
  if (subject === undefined) return async () => Promise.resolve();
  const wall = (reach === 'any' ? ANY : OWN)[subject];
  return async (db, request) => {
    const id = (request.params as Readonly<Record<string, string>>)[`${subject}Id`] ?? '';
    // Another's and none look the same, so that ids cannot be tried out.
    if (!(await wall(db, actor, id))) throw new Problem({ status: 404, detail: `There is no such ${subject}.` });
  };
}

function partsOf(request: FastifyRequest): Omit<Call, 'actor' | 'tx'> {
  return {
    params: request.params as never,
    query: request.query as never,
    body: request.body as never,
    headers: request.headers,
    address: request.ip,
    requestId: request.id,
    log: request.log,
    signal: goneSignal(request),
  };
}

function goneSignal(request: FastifyRequest): AbortSignal {
  const gone = new AbortController();
  request.raw.once('close', () => {
    gone.abort();
  });
  return gone.signal;
}

function send(reply: FastifyReply, each: Route, { status, body, json, stream, headers = {} }: Answer): FastifyReply {
  // What is somebody's is kept by no one on the way; what is public says for itself how long it holds.
  if (each.access !== 'public') reply.header('cache-control', 'no-store');
  reply.code(status).headers(headers);
  if (stream !== undefined) return reply.send(stream);
  if (json !== undefined) return reply.type('application/json; charset=utf-8').serializer(String).send(json);
  return reply.send(body);
}
