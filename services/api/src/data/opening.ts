/**
 * The first words of a transaction. `begin`, and what must be said before anything else, go to PostgreSQL in one message, and
 * nobody waits for its answer: the first statement is sent right behind it (pipelining). So a transaction of one statement takes two
 * round trips in place of four. Its answer is looked at before that of the first statement, which fails with it.
 */
import {
  CompiledQuery,
  PostgresDialect,
  PostgresDriver,
  type AbortableOperationOptions,
  type DatabaseConnection,
  type Driver,
  type PostgresDialectConfig,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';

/** Lets the next transaction of a connection begin with a statement that has no parameters. @returns whether its dialect does so. */
export function openWith(connection: DatabaseConnection, statement: string): boolean {
  if (!(connection instanceof OpeningConnection)) return false;
  connection.opening = statement;
  return true;
}

export class OpeningDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;

  /** @param config - its pool's connections must be made with `pipeline`, without which they wait for each answer */
  constructor(config: PostgresDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): Driver {
    return new OpeningDriver(this.#config);
  }
}

class OpeningDriver implements Driver {
  readonly #driver: Driver;
  readonly #wrapped = new WeakMap<DatabaseConnection, OpeningConnection>();

  constructor(config: PostgresDialectConfig) {
    this.#driver = new PostgresDriver(config);
  }

  async init(options?: AbortableOperationOptions): Promise<void> {
    await this.#driver.init(options);
  }

  async acquireConnection(options?: AbortableOperationOptions): Promise<OpeningConnection> {
    const inner = await this.#driver.acquireConnection(options);
    const wrapped = this.#wrapped.get(inner) ?? new OpeningConnection(inner);
    this.#wrapped.set(inner, wrapped);
    return wrapped;
  }

  async beginTransaction(connection: OpeningConnection, settings: TransactionSettings): Promise<void> {
    if (!connection.open()) await this.#driver.beginTransaction(connection, settings);
  }

  async commitTransaction(connection: OpeningConnection): Promise<void> {
    await this.#driver.commitTransaction(connection);
  }

  async rollbackTransaction(connection: OpeningConnection): Promise<void> {
    await connection.opened();
    // Of the connection itself, which is given to nobody any more when this fails.
    await this.#driver.rollbackTransaction(connection.inner);
  }

  async releaseConnection({ inner }: OpeningConnection): Promise<void> {
    await this.#driver.releaseConnection(inner);
  }

  async destroy(): Promise<void> {
    await this.#driver.destroy();
  }
}

class OpeningConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection;
  /** What the next transaction is to begin with. */
  opening: string | undefined;
  /** What came of what the transaction began with, until it has been looked at. */
  #opened: Promise<Opened> | undefined;

  constructor(inner: DatabaseConnection) {
    this.inner = inner;
  }

  /** Sends the opening, where there is one. @returns whether there was. */
  open(): boolean {
    const { opening } = this;
    if (opening === undefined) return false;
    this.opening = undefined;
    this.#opened = this.inner.executeQuery(CompiledQuery.raw(`begin; ${opening}`)).then(
      () => ({ ok: true }),
      (fault: unknown) => ({ ok: false, fault }),
    );
    return true;
  }

  /** @returns what came of the opening, the first time that it is asked for. */
  async opened(): Promise<Opened | undefined> {
    const opened = this.#opened;
    this.#opened = undefined;
    return opened;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#opened === undefined) return this.inner.executeQuery<R>(query);
    const opened = this.opened();
    const [first] = await Promise.allSettled([this.inner.executeQuery<R>(query)]);
    const opening = await opened;
    // Why the transaction could not begin is why the statement failed.
    if (opening?.ok === false) throw opening.fault;
    if (first.status === 'rejected') throw first.reason;
    return first.value;
  }

  async *streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    const opening = await this.opened();
    if (opening?.ok === false) throw opening.fault;
    yield* this.inner.streamQuery<R>(query, chunkSize);
  }
}

type Opened = { readonly ok: true } | { readonly ok: false; readonly fault: unknown };
