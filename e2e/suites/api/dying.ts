/** A database whose connections die after any statement that one chooses, as they do when a process or a node is killed. */
import type {
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  RootOperationNode,
  UnknownRow,
} from 'kysely';
import type { Postgres } from '../containers.ts';

export class Dying implements KyselyPlugin {
  readonly #kill: () => Promise<unknown>;
  #left = Infinity;
  #died = false;

  constructor(kill: () => Promise<unknown>) {
    this.#kill = kill;
  }

  /** Lets the connections die once, when so many more statements have been done. */
  after(statements: number): void {
    this.#left = statements;
    this.#died = false;
  }

  /** Whether they have; from then on nothing dies any more. */
  get died(): boolean {
    return this.#died;
  }

  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    return node;
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    this.#left -= 1;
    if (this.#left !== 0) return result;
    this.#died = true;
    await this.#kill();
    return result;
  }
}

const GONE_WITHIN_MS = 5_000;

/** Ends every connection of the API to PostgreSQL, and waits until they have ended. */
export const killConnections = async ({ sql }: Pick<Postgres, 'sql'>): Promise<unknown> =>
  sql(`select pg_terminate_backend(pid, ${GONE_WITHIN_MS}) from pg_stat_activity where usename = 'heroes_api'`);
