/** pgbench, which comes with PostgreSQL: what the database and the pooler can do when nothing stands before them. */
import type { StartedTestContainer } from 'testcontainers';
import { Failure } from '../../cluster/progress.ts';
import { PASSWORDS } from '../../suites/containers.ts';
import type { Statement } from '../../suites/api/across/statements.ts';

/** As many scripts as pgbench takes (MAX_SCRIPTS in its source). */
export const MOST_SCRIPTS = 128;

export interface Pgbench {
  /** Each client draws one at random for every transaction. */
  readonly scripts: readonly (readonly Statement[])[];
  readonly clients: number;
  readonly seconds: number;
}

/** @param container - with pgbench, and PgBouncer at its own loopback. @returns transactions a second. */
export async function pgbench(
  container: StartedTestContainer,
  { scripts, clients, seconds }: Pgbench,
): Promise<number> {
  const written = scripts.slice(0, MOST_SCRIPTS).map(scriptOf);
  await container.copyContentToContainer(
    written.map(({ text }, index) => ({ content: text, target: `/tmp/bench-${index}.sql`, mode: 0o644 })),
  );
  const argv = [
    'pgbench',
    ...['--host=127.0.0.1', '--port=6432', '--username=heroes_api'],
    // As the API asks: each statement is prepared once for a connection, and bound and executed from then on.
    ...['--no-vacuum', '--protocol=prepared', `--client=${clients}`, `--time=${seconds}`],
    // A thread each: pgbench holds up its thread while it prepares, and with it those whose commit it waits for.
    `--jobs=${clients}`,
    ...written.flatMap(({ variables }) => variables.map(([name, value]) => `--define=${name}=${value}`)),
    ...written.map((_, index) => `--file=/tmp/bench-${index}.sql`),
    'heroes',
  ];
  const { exitCode, output } = await container.exec(argv, { env: { PGPASSWORD: PASSWORDS.api } });
  const [, tps] = /tps = ([\d.]+)/.exec(output) ?? [];
  if (exitCode === 0 && tps !== undefined && output.includes('number of failed transactions: 0 ')) return Number(tps);
  const faults = output.split('\n').filter((line) => /error|ERROR|fatal/.test(line));
  throw new Failure(`pgbench failed: ${faults.slice(0, 5).join('\n')}`, {
    remedy: 'read what it says; it runs what the API was heard to say',
  });
}

/** A script with variables in the places of the parameters, as `:s0_1`; their names are the script's own. */
export function scriptOf(
  statements: readonly Statement[],
  script: number,
): { readonly text: string; readonly variables: readonly (readonly [string, string])[] } {
  const variables: (readonly [string, string])[] = [];
  const lines = statements.map((statement, index) => {
    const { isOpening, text, values } = openingOf(statement);
    const isFirst = index === 1 && statements[0]?.text.startsWith(OPENING) === true;
    const names = values.map((value) => {
      const name = `s${script}_${variables.length}`;
      variables.push([name, written(value)]);
      return name;
    });
    const said = `${text.replaceAll(/\$(\d+)/g, (_, place) => `:${names[Number(place) - 1] ?? ''}`)};`;
    if (isOpening) return `\\startpipeline\nbegin;\n${said}`;
    return isFirst ? `${said}\n\\endpipeline` : said;
  });
  return { text: `${lines.join('\n')}\n`, variables };
}

const OPENING = 'begin; ';
const SETTING = /(set_config\('[\w.]+', )'((?:[^']|'')+)'/g;

/**
 * The API sends `begin` and who acts in one message, with literals, and the first statement right behind it. pgbench can neither prepare
 * two statements as one nor keep a plan for each student: it sends all three without waiting in between, and says who acts by
 * parameters. That is less work, not more.
 */
function openingOf({ text, values }: Statement): Statement & { readonly isOpening: boolean } {
  if (!text.startsWith(OPENING)) return { text, values, isOpening: false };
  const settings: string[] = [];
  const said = text.slice(OPENING.length).replaceAll(SETTING, (_, head: string, value: string) => {
    settings.push(value.replaceAll("''", "'"));
    return `${head}$${settings.length}`;
  });
  return { text: said, values: settings, isOpening: true };
}

/** As node-postgres writes parameters. */
function written(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
