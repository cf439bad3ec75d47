/**
 * The first words of a transaction. `begin`, and what must be said before anything else, go to PostgreSQL in one message: each
 * transaction takes a round trip less, and none of its statements is ever sent before both have succeeded.
 */
import {
  CompiledQuery,
  PostgresDialect,
  PostgresDriver,
  type DatabaseConnection,
  type Driver,
  type PostgresDialectConfig,
  type TransactionSettings,
} from 'kysely';

/** By connection, what its next transaction begins with. */
const openings = new WeakMap<DatabaseConnection, string>();

/** Lets the next transaction of a connection begin with a statement that has no parameters. */
export const openWith = (connection: DatabaseConnection, statement: string): void => {
  openings.set(connection, statement);
};

/** @returns the statement if it has still to be said: not every dialect says it. */
export function unsaid(connection: DatabaseConnection): string | undefined {
  const statement = openings.get(connection);
  openings.delete(connection);
  return statement;
}

export class OpeningDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;

  constructor(config: PostgresDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): Driver {
    return new OpeningDriver(this.#config);
  }
}

class OpeningDriver extends PostgresDriver {
  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const statement = unsaid(connection);
    if (statement === undefined) return super.beginTransaction(connection, settings);
    try {
      await connection.executeQuery(CompiledQuery.raw(`begin; ${statement}`));
    } catch (error) {
      // It may have begun. A connection that cannot be rolled back is closed by this, and given to nobody.
      await (this as Driver).rollbackTransaction(connection).catch(() => undefined);
      throw error;
    }
  }
}
