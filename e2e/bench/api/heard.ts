/** What the API says to PostgreSQL, heard from itself: the same code as in the pod, in this process, on the pod's database. */
import { buildApp } from '@heroes/api/app.ts';
import { ApiConfig } from '@heroes/api/config.ts';
import { wire } from '@heroes/api/wiring.ts';
import { readConfig } from '@heroes/runtime/config.ts';
import { createLogger } from '@heroes/runtime/logger.ts';
import { statementsOf, type Statement } from '../../suites/api/across/statements.ts';
import { PASSWORDS } from '../../suites/containers.ts';
import type { Asked } from './hammer.ts';
import { SECRETS, type Pod } from './pod.ts';

/** Who asks for the first time is looked up first, and what is asked for the first times is not prepared yet. */
const BEFORE = 5;

/** @returns by request, the transaction in which the API does what it is asked, from its first word to its last. */
export async function hear({ postgres, cache }: Pod, requests: readonly Asked[]): Promise<Statement[][]> {
  const environment = {
    ...SECRETS,
    DATABASE_PORT: String(postgres.container.getMappedPort(5432)),
    DATABASE_PASSWORD: PASSWORDS.api,
    CACHE_HOST: '127.0.0.1',
    CACHE_PORT: String(cache.getMappedPort(6379)),
  };
  const log = createLogger({ service: 'heroes-api', version: 'bench', level: 'fatal' });
  const { context, close } = wire(readConfig(ApiConfig, environment), log);
  const app = buildApp(context, log);
  const ask = async ({ method, path: url, token = '', body }: Asked): Promise<void> => {
    const payload = body === undefined ? {} : { payload: body as object };
    const headers = { authorization: `Bearer ${token}` };
    const { statusCode } = await app.inject({ method, url, headers, ...payload });
    if (statusCode >= 300) throw new Error(`${method} ${url} was answered ${statusCode}`);
  };
  try {
    const [first] = requests;
    for (let turn = 0; first !== undefined && turn < BEFORE; turn += 1) await ask(first);
    const heard: Statement[][] = [];
    for (const request of requests)
      heard.push(transactionIn(await statementsOf('heroes_api', async () => ask(request))));
    return heard;
  } finally {
    await app.close();
    await close();
  }
}

/** The last one, from who acts to its end; before it the API may have looked whether a token still holds. @throws Error when there is none. */
function transactionIn(statements: readonly Statement[]): Statement[] {
  const from = statements.findLastIndex(({ text }) => text.startsWith('begin; '));
  const transaction = statements.slice(from);
  if (from === -1 || transaction.at(-1)?.text !== 'commit')
    throw new Error(`no transaction was heard: ${statements.map(({ text }) => text).join('; ')}`);
  return transaction;
}
