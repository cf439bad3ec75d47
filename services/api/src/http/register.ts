/** Makes Fastify's routes of ours: one order of checks for all of them, so that none can be forgotten. */
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema, RouteOptions } from 'fastify';
import { reachOf, within } from '../access/reach.ts';
import type { Actor } from '../access/roles.ts';
import { EndedToken } from '../access/tokens.ts';
import type { Context } from '../context.ts';
import { asActor } from '../data/transaction.ts';
import { faultsOf } from './faults.ts';
import { answerBefore, keep, readKey, replay } from './idempotency.ts';
import { Problem } from './problems.ts';
import { isWrite, type Answer, type Call, type Route } from './route.ts';
import { partsRead, refuseUnstorable } from './unstorable.ts';
import { judgedIn } from './validation.ts';

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
    const read = partsRead(each.schemas);
    const judged = judgedIn(each.schemas.body);
    app.route({
      method: each.method,
      url: each.path,
      schema: schemaOf(each),
      ...(each.bodyLimit === undefined ? {} : { bodyLimit: each.bodyLimit }),
      // Before the body is read: nobody whom the route is not for makes us read one, or learns what it would take.
      ...admission(context, each),
      preValidation: (request, _reply, done) => {
        refuseUnstorable(request, read, judged);
        done();
      },
      handler: async (request, reply) => {
        const answer = await serve(context, each, { request, reply });
        send(reply, each, answer);
        // Of the others each call is judged by who makes it.
        if (each.access === 'public' && each.rate === 'open' && answer.ready !== undefined)
          keepReady(context, each, { request, reply, ready: answer.ready });
        return reply;
      },
    });
  }
}

/** What everybody may call as often as they like asks nobody who they are, and waits for nothing. */
function admission(context: Context, each: Route): Pick<RouteOptions, 'onRequest'> {
  if (each.access !== 'public' || each.rate !== 'open')
    return { onRequest: async (request, reply) => admit(context, each, { request, reply }) };
  return {
    onRequest: (request, _reply, done) => {
      context.shedding.admit(each);
      request.actor = ANONYMOUS;
      done();
    },
  };
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

const JSON_TYPE = 'application/json; charset=utf-8';

const ANONYMOUS: Actor = { kind: 'anonymous' };

/**
 * By this the edge learns that a token is good, and gives it a budget of its own; or that it was, so that its address does not pay
 * as for one that is made up. It passes it on to nobody.
 */
const [VERIFIED, ENDED] = [{ 'x-heroes-token': 'verified' }, { 'x-heroes-token': 'ended' }] as const;

/** Is there room → who → may they → how often. @throws Problem 503, 401, 403 or 429. */
async function admit(context: Context, each: Route, { request, reply }: Exchange): Promise<void> {
  context.shedding.admit(each);
  if (each.access === 'public') request.actor = ANONYMOUS;
  else {
    request.actor = within(each.access, await senderOf(context, { request, reply }));
    // Whatever comes of the request: also one that is refused was sent by whom the token names.
    reply.headers(VERIFIED);
  }
  if (each.access !== 'public' && reachOf(each.access, request.actor) === undefined)
    throw new Problem({ status: 403, detail: `This is for ${Object.keys(each.access).join(', ')}.` });
  await context.rates.admit(each, request.actor, request.ip);
}

async function senderOf({ tokens }: Context, { request, reply }: Exchange): Promise<Actor> {
  try {
    return await tokens.actor(request);
  } catch (error) {
    if (error instanceof EndedToken) reply.headers(ENDED);
    throw error;
  }
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
  if (isWrite(each)) return write(context, each, { exchange, transaction });
  // Also where the handler asks the database nothing: what it takes from the cache must be within reach as well.
  if (each.subject !== undefined) await reach(context, each, { request, tx: transaction });
  return each.handle(callOf(exchange, transaction), context);
}

interface Within {
  readonly exchange: Exchange;
  readonly transaction: Call['tx'];
}

async function write(context: Context, each: Route, { exchange, transaction }: Within): Promise<Answer> {
  const { request } = exchange;
  const key = readKey(request, request.actor);
  let prepared: unknown;
  try {
    prepared = await prepare(context, each, { exchange, transaction });
  } catch (error) {
    // What the first one found to prepare may be gone by it, as an invitation that it accepted.
    const before = key === undefined ? undefined : await transaction(async (db) => answerBefore(db, each, key));
    if (before !== undefined) return before;
    throw error;
  }
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
async function prepare(context: Context, each: Route, { exchange, transaction }: Within): Promise<unknown> {
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

const callOf = (exchange: Exchange, tx: Call['tx'], prepared?: unknown): Call =>
  new ExchangeCall(exchange, tx, prepared as never);

/** What most calls do not need is worked out when it is asked for. */
class ExchangeCall implements Call {
  readonly params: never;
  readonly query: never;
  readonly body: never;
  readonly headers: Call['headers'];
  readonly actor: Actor;
  readonly requestId: string;
  readonly log: Call['log'];
  readonly tx: Call['tx'];
  readonly prepared: undefined;
  readonly #exchange: Exchange;

  constructor(exchange: Exchange, tx: Call['tx'], prepared: never) {
    const { request } = exchange;
    this.params = request.params as never;
    this.query = request.query as never;
    this.body = request.body as never;
    this.headers = request.headers;
    this.actor = request.actor;
    this.requestId = request.id;
    this.log = request.log;
    this.tx = tx;
    this.prepared = prepared;
    this.#exchange = exchange;
  }

  get address(): string {
    return this.#exchange.request.ip;
  }

  get signal(): AbortSignal {
    return goneSignal(this.#exchange.reply);
  }
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

/** What everybody gets alike is answered from here on without being asked for again. */
function keepReady(
  { ready: answers, metrics }: Context,
  { method, path }: Route,
  { request, reply, ready }: Exchange & { readonly ready: NonNullable<Answer['ready']> },
): void {
  const counted = { 200: metrics.answers.of(method, path, 200), 304: metrics.answers.of(method, path, 304) };
  answers.keep(request.url, { ...ready, headers: reply.getHeaders(), counted });
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
  if (json !== undefined) return reply.header('content-type', JSON_TYPE).serializer(String).send(json);
  return reply.send(body);
}
