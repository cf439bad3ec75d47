/** What this process says to PostgreSQL as a role: to be listened to, changed on its way, or cut off. */
import pg from 'pg';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Sends a statement, or another text in its place. */
type Send = (text?: string) => Promise<pg.QueryResult>;

/** Comes in between a statement of a connection and its result. */
export type Hook = (statement: Statement, send: Send, connection: pg.Client) => Promise<pg.QueryResult>;

type Query = (this: pg.Client, ...asked: unknown[]) => unknown;

/** All statements go through this method, of which connections keep hold: so it is replaced once, before there are any. */
const CLIENT = pg.Client.prototype as unknown as { query: Query };
const { query } = CLIENT;

const hooks = new Map<string, Hook>();

CLIENT.query = function (...asked) {
  const hook = hooks.get(this.user ?? '');
  const statement = statementIn(asked);
  if (hook === undefined || statement === undefined) return query.apply(this, asked);
  const send: Send = async (other) =>
    (other === undefined ? query.apply(this, asked) : query.call(this, other)) as Promise<pg.QueryResult>;
  return hook(statement, send, this);
};

/** What is asked with a callback is asked by node-postgres itself. */
function statementIn([first, second, ...rest]: readonly unknown[]): Statement | undefined {
  if (typeof second === 'function' || rest.length > 0) return undefined;
  const { text, values } =
    typeof first === 'object' && first !== null ? (first as Partial<Statement>) : { text: first };
  if (typeof text !== 'string') return undefined;
  return { text, values: values ?? (Array.isArray(second) ? second : []) };
}

/** Puts a hook around all statements of a role in this process, until it is disposed of. One at a time. */
export function hookStatements(user: string, hook: Hook): Disposable {
  hooks.set(user, hook);
  return { [Symbol.dispose]: () => void hooks.delete(user) };
}

/** @returns the statements of a role while work is done, in order. */
export async function statementsOf(user: string, work: () => Promise<unknown>): Promise<Statement[]> {
  const heard: Statement[] = [];
  const hooked = hookStatements(user, async (statement, send) => {
    heard.push(statement);
    return send();
  });
  try {
    await work();
  } finally {
    hooked[Symbol.dispose]();
  }
  return heard;
}

/** Takes every transaction of a role back at its end, and lets it think that it was committed. */
export const takeBackAll = (user: string): Disposable =>
  hookStatements(user, async ({ text }, send) =>
    text === 'commit' ? { ...(await send('rollback')), command: 'COMMIT' } : send(),
  );
