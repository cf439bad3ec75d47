/**
 * A route is one declaration: who may call it, what its data is, how long that is kept, how often it may be called, its
 * schemas, and what it does. The server, the OpenAPI document, the client, the access tests and the data inventory are all
 * made of these declarations, and there is no other way to have a route.
 */
import type { Readable } from 'node:stream';
import type { FastifyBaseLogger } from 'fastify';
import type { Transaction } from 'kysely';
import type { Static, TObject, TSchema } from 'typebox';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Actor, Role } from '../access/roles.ts';
import type { Context } from '../context.ts';
import type { DataClass, Priority, RateClass, RetentionClass } from './classes.ts';
import type { ProblemParts } from './problems.ts';
import type { ReadyAnswer } from './ready-answers.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** How far a role reaches: what is its own (its class, its school), or everything in the district. */
export type Reach = 'own' | 'any';
/** By role; a role that is not named is refused. `public` needs no token. */
export type Access = 'public' | Readonly<Partial<Record<Role, Reach>>>;

/** What the path's id is one of. Whether it is within the actor's reach is asked before the route's own work. */
export type Subject = 'classroom' | 'school';

export interface DeclaredAnswer {
  readonly description: string;
  readonly schema?: TSchema;
  /** What it is sent as where it is no JSON: a stream of events, a file. */
  readonly mediaType?: string;
}

/** By status. */
export type Answers = Readonly<Record<number, DeclaredAnswer>>;

export interface Declaration {
  readonly method: Method;
  /** As Fastify writes it; the subject's id is `:classroomId` or `:schoolId`. */
  readonly path: `/${string}`;
  /** What it does, in a sentence; the heading in the API's reference. */
  readonly summary: string;
  /** Its room in the API's reference. */
  readonly tag: string;
  readonly access: Access;
  readonly subject?: Subject;
  readonly data: DataClass;
  readonly retention: RetentionClass;
  readonly rate: RateClass;
  readonly priority?: Priority;
  /** Largest body, bytes, where it is more than the usual. */
  readonly bodyLimit?: number;
  readonly answers: Answers;
}

export interface Schemas {
  readonly params?: TObject;
  readonly query?: TObject;
  readonly body?: TSchema;
}

type Parsed<S extends TSchema | undefined> = S extends TSchema ? Static<S> : undefined;

export interface Call<S extends Schemas = Schemas, P = undefined> {
  readonly params: Parsed<S['params']>;
  readonly query: Parsed<S['query']>;
  readonly body: Parsed<S['body']>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly actor: Actor;
  /** Of the client, by trusted proxies; never kept, never logged. */
  readonly address: string;
  readonly requestId: string;
  readonly log: FastifyBaseLogger;
  /** Ends when the client has gone. */
  readonly signal: AbortSignal;
  /**
   * Runs work in a transaction that row-level security knows the actor in. A write's calls are all in one transaction, which
   * also keeps its idempotency key; a read's are one each.
   */
  readonly tx: <T>(work: (db: Transaction<DB>) => Promise<T>) => Promise<T>;
  /** What the route's `prepare` gave. */
  readonly prepared: P;
}

export interface Answer {
  readonly status: number;
  /** Serialised by the schema declared for the status: a field that is not in it never leaves. */
  readonly body?: unknown;
  /** JSON that is ready, from a cache. */
  readonly json?: string | Buffer;
  /** What it was made of, if it may be sent to others who ask for the same: see ready-answers.ts. */
  readonly ready?: Pick<ReadyAnswer, 'bytes' | 'etag' | 'holds'>;
  readonly stream?: Readable;
  /** A refusal that leaves what the write has done in place, as the count of a failure; one that is thrown takes it back. */
  readonly problem?: ProblemParts;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route extends Declaration {
  readonly schemas: Schemas;
  readonly prepare?: Preparation;
  readonly handle: Handler;
}

/**
 * The long part of a write that needs no transaction, as hashing a password: done before the write's own is opened, so that it
 * holds no connection meanwhile. Its `tx` opens one each time. It changes nothing: the write may be a repetition.
 */
export type Preparation<S extends Schemas = Schemas, P = unknown> = (call: Call<S>, context: Context) => Promise<P>;
export type Handler<S extends Schemas = Schemas, P = undefined> = (
  call: Call<S, P>,
  context: Context,
) => Promise<Answer>;

/** @returns a route whose handler is typed by its schemas, and by what its preparation gives. */
export function route<S extends Schemas, P = undefined>(
  declaration: Declaration & { readonly schemas: S; readonly prepare?: Preparation<S, P> },
  handle: Handler<S, P>,
): Route {
  const { prepare, ...declared } = declaration;
  // Validation has made the parts what the schemas say before the handler is called.
  return { ...declared, ...(prepare === undefined ? {} : { prepare: prepare }), handle: handle as Handler };
}

/** @returns whether a route changes anything. */
export const isWrite = ({ method }: Pick<Route, 'method'>): boolean => method !== 'GET';
