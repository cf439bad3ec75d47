/** An API whose connections to the database can be made to die, without a cache, and what is in its outbox. */
import { sql } from 'kysely';
import { Dying, killConnections } from './dying.ts';
import { startStack, type Stack } from './stack.ts';

export interface MortalStack extends Stack {
  readonly dying: Dying;
}

/** Nothing of help signals and their outbox needs a cache: there is none. */
export async function startMortal(settings: Readonly<Record<string, string>> = {}): Promise<MortalStack> {
  const dying = new Dying(async () => killConnections(stack.postgres));
  const stack = await startStack({
    settings: { CACHE_PORT: '1', ...settings },
    adapt: (context) => ({ ...context, db: context.db.withPlugin(dying) }),
  });
  return { ...stack, dying };
}

/** Empties what a test before has left. */
export async function clear({ db }: Stack): Promise<void> {
  await sql`delete from classrooms`.execute(db);
  await sql`delete from outbox`.execute(db);
}

export const inOutbox = async ({ db }: Stack) => db.selectFrom('outbox').selectAll().execute();

/** Does work with the connections dying after its first statement, its second, and so on, until it needs no more of them. */
export async function dyingEverywhere(
  { dying }: MortalStack,
  work: () => Promise<unknown>,
  look: () => Promise<void>,
): Promise<number> {
  for (let statements = 1; ; statements += 1) {
    dying.after(statements);
    await work();
    const { died } = dying;
    dying.after(Infinity);
    await look();
    if (!died) return statements - 1;
  }
}
