/** What the API says to PostgreSQL in answer to a request, listened to, so that pgbench can say just the same. */
import pg from 'pg';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

type Query = (this: pg.Client, ...asked: unknown[]) => unknown;

/** @returns the statements that a role's connections of this process make while work is done, in order. */
export async function statementsOf(user: string, work: () => Promise<unknown>): Promise<Statement[]> {
  const heard: Statement[] = [];
  const client = pg.Client.prototype as unknown as { query: Query };
  const { query } = client;
  client.query = function (...asked) {
    const [text, values] = asked;
    if (this.user === user && typeof text === 'string')
      heard.push({ text, values: Array.isArray(values) ? values : [] });
    return query.apply(this, asked);
  };
  try {
    await work();
  } finally {
    client.query = query;
  }
  return heard;
}
