/**
 * Statements that come again and again are prepared: PostgreSQL plans such a one a few times and then keeps the plan. Row-level
 * security writes its conditions into each statement, so that planning one takes several times as long as doing it. PgBouncer
 * hands prepared statements from one server connection to another (max_prepared_statements).
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type pg from 'pg';

/** As often is a statement seen before it is prepared: what is put together for one request is not worth a plan. */
const SEEN = 3;
const MOST = 1_000;
/** What such a statement answers depends on the table's columns, which the next release may add to while we run. */
const ALL_COLUMNS = /\bselect \*|\.\*|\breturning \*/i;
/** A column has changed since the statement was planned; PostgreSQL refuses it from then on, until it is prepared anew. */
const CHANGED = 'cached plan must not change result type';

interface Known {
  seen: number;
  /** Undefined for what is not to be prepared. */
  readonly name: string | undefined;
}

export class Statements {
  readonly #known = new LRUCache<string, Known>({ max: MOST });

  /** @returns the name to prepare a statement under, or undefined when it is to be sent as it is. */
  nameOf(text: string): string | undefined {
    const known = this.#known.get(text) ?? { seen: 0, name: ALL_COLUMNS.test(text) ? undefined : digestOf(text) };
    known.seen += 1;
    this.#known.set(text, known);
    return known.seen > SEEN ? known.name : undefined;
  }

  /** Sends a statement as it is from now on. */
  refuse(text: string): void {
    this.#known.set(text, { seen: 0, name: undefined });
  }
}

const digestOf = (text: string): string => `s_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;

type Query = (text: string | pg.QueryConfig, values?: unknown[]) => Promise<unknown>;

/** Makes a connection prepare what comes again. Those without parameters, as `begin` and what is sent with it, are sent as they are. */
export function prepareOn(client: pg.PoolClient, statements: Statements): void {
  const plain = client.query.bind(client) as Query;
  const prepared: Query = async (text, values) => {
    if (typeof text !== 'string' || values === undefined || values.length === 0) return plain(text, values);
    const name = statements.nameOf(text);
    if (name === undefined) return plain(text, values);
    try {
      return await plain({ name, text, values });
    } catch (error) {
      if (error instanceof Error && error.message.includes(CHANGED)) statements.refuse(text);
      throw error;
    }
  };
  client.query = prepared as typeof client.query;
}
