/** Makes Fastify's routes of ours: one order of checks for all of them, so that none can be forgotten. */
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { reachOf, within } from '../access/reach.ts';
import type { Actor } from '../access/roles.ts';
import type { Context } from '../context.ts';
import { asActor } from '../data/transaction.ts';
import { faultsOf } from './faults.ts';
import { readKey, replay, keep } from './idempotency.ts';
import { Problem } from './problems.ts';
import { isWrite, type Answer, type Call, type Route } from './route.ts';
import { refuseUnstorable } from './unstorable.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends the request, with no more roles than its route names. */
    actor: Actor;
  }
}

/** Adds routes to an instance. @throws Error when one is declared wrongly: the process must not start with it. */
export function register(app: FastifyInstance, context: Context, routes: readonly Route[]): void {
  app.decorateRequest('actor');
  for (const each of routes) {
    const faults = faultsOf(each);
    if (faults.length > 0) throw new Error(`${each.method} ${each.path}: ${faults.join('; ')}`);
    app.route({
      method: each.method,
      url: each.path,
      schema: schemaOf(each),
      ...(each.bodyLimit === undefined ? {} : { bodyLimit: each.bodyLimit }),
      // Before the body is read: nobody whom the route is not for makes us read one, or learns what it would take.
      onRequest: async (request) => admit(context, each, request),
      preValidation: refuseUnstorable,
      handler: async (request, reply) => send(reply, each, await serve(context, each, { request, reply })),
    });
  }
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

const ANONYMOUS: Actor = { kind: 'anonymous' };

/** Is there room → who → may they → how often. @throws Problem 503, 401, 403 or 429. */
async function admit(context: Context, each: Route, request: FastifyRequest): Promise<void> {
  context.shedding.admit(each);
  request.actor = each.access === 'public' ? ANONYMOUS : within(each.access, await context.tokens.actor(request));
  if (each.access !== 'public' && reachOf(each.access, request.actor) === undefined)
    throw new Problem({ status: 403, detail: `This is for ${Object.keys(each.access).join(', ')}.` });
  await context.rates.admit(each, request.actor, request.ip);
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Is it theirs → the work. */
async function serve(context: Context, each: Route, exchange: Exchange): Promise<Answer> {
  const { request } = exchange;
  const transaction: Call['tx'] = async (work) => {
    context.shedding.admitToDatabase(each);
    return asActor(context.db, request.actor, work);
  };
  if (!isWrite(each)) {
    // Also where the handler asks the database nothing: what it takes from the cache must be within reach as well.
    await reach(context, each, { request, tx: transaction });
    return each.handle(callOf(exchange, transaction), context);
  }
  const key = readKey(request, request.actor);
  const prepared = await prepare(context, each, { exchange, transaction });
  return transaction(async (db) => {
    const tx: Call['tx'] = async (work) => work(db);
    await reach(context, each, { request, tx });
    const before = key === undefined ? undefined : await replay(db, each, key);
    if (before !== undefined) return before;
    const answer = await each.handle(callOf(exchange, tx, prepared), context);
    if (key !== undefined) await keep(db, key, answer);
    return answer;
  });
}

/** Before a write's transaction, what needs none. */
async function prepare(
  context: Context,
  each: Route,
  { exchange, transaction }: { readonly exchange: Exchange; readonly transaction: Call['tx'] },
): Promise<unknown> {
  if (each.prepare === undefined) return undefined;
  await reach(context, each, { request: exchange.request, tx: transaction });
  return each.prepare(callOf(exchange, transaction), context);
}

/** @throws Problem 404 unless what the path names is within the actor's reach. */
async function reach(
  { walls }: Context,
  { access, subject }: Route,
  { request, tx }: { readonly request: FastifyRequest; readonly tx: Call['tx'] },
): Promise<void> {
  if (access === 'public' || subject === undefined) return;
  const how = reachOf(access, request.actor);
  const id = (request.params as Readonly<Record<string, string>>)[`${subject}Id`] ?? '';
  // Another's and none look the same, so that ids cannot be tried out.
  if (how === undefined || !(await walls[how][subject](tx, request.actor, id)))
    throw new Problem({ status: 404, detail: `There is no such ${subject}.` });
}

function callOf({ request, reply }: Exchange, tx: Call['tx'], prepared?: unknown): Call {
  return {
    params: request.params as never,
    query: request.query as never,
    body: request.body,
    headers: request.headers,
    actor: request.actor,
    address: request.ip,
    requestId: request.id,
    log: request.log,
    get signal() {
      return goneSignal(reply);
    },
    tx,
    prepared: prepared as never,
  };
}

/** Of the answer, since a request is closed as soon as it has been read. */
function goneSignal({ raw }: FastifyReply): AbortSignal {
  if (raw.closed) return AbortSignal.abort();
  const gone = new AbortController();
  raw.once('close', () => {
    gone.abort();
  });
  return gone.signal;
}

/** @throws Error for what the route does not declare: it might be more than may leave. */
function send(reply: FastifyReply, each: Route, answer: Answer): FastifyReply {
  const { status, body, json, stream, problem, headers = {} } = answer;
  if (problem !== undefined) throw new Problem(problem);
  const declared = each.answers[status];
  if (declared === undefined || (body !== undefined && declared.schema === undefined))
    throw new Error(`${each.method} ${each.path} declares no such answer: ${status}`);
  // What is somebody's, and what a write made, is kept by no one on the way; what is public says for itself how long it holds.
  if (each.access !== 'public' || isWrite(each)) reply.header('cache-control', 'no-store');
  reply.code(status).headers(headers);
  if (stream !== undefined) return reply.send(stream);
  if (json !== undefined) return reply.type('application/json; charset=utf-8').serializer(String).send(json);
  return reply.send(body);
}
