/** Log lines on their way: the API's logger, its files, the shipped agent, and a real OpenSearch. Each arrives once, whatever breaks. */
import { createServer, request as forward, type Server } from 'node:http';
import { appendFileSync, closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GenericContainer, type StartedTestContainer } from 'testcontainers';
import { logsOf, rsyslogConf } from '@heroes/operator/features/logs/render.ts';
import { LOG_FILE_BOUNDS } from '@heroes/runtime/log-files.ts';
import { createLogger, type Logger } from '@heroes/runtime/logger.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { capture } from '../cluster/progress.ts';
import { image, platformNamed, removeFolder, sharedFolder } from './containers.ts';
import { startOpenSearch, type OpenSearch } from './logs/opensearch.ts';

const PORT = 27_790;
const GUARD_PORT = 27_795;
const { version: VERSION } = packageJson;
const CREDENTIALS = { ELASTICSEARCH_USERNAME: 'heroes', ELASTICSEARCH_PASSWORD: 'pass\\word:$with"signs"' };

const opened = new AsyncDisposableStack();
const lines = sharedFolder();
const spool = sharedFolder();
let opensearch: OpenSearch;
let agent: StartedTestContainer;
let log: Logger;
/** What came to the guard without the right credentials. */
let strangers = 0;

/** As an Elasticsearch that lets in only whom it knows. */
async function startGuard(): Promise<Server> {
  const { ELASTICSEARCH_USERNAME: name, ELASTICSEARCH_PASSWORD: password } = CREDENTIALS;
  const expected = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
  const guard = createServer((incoming, outgoing) => {
    if (incoming.headers.authorization !== expected) {
      strangers++;
      outgoing.writeHead(401).end();
      return;
    }
    const { method, url: path, headers } = incoming;
    const onward = forward({ host: '127.0.0.1', port: PORT, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => guard.listen(GUARD_PORT, '127.0.0.1', resolve));
  return guard;
}

function configuration(): string {
  const platform = platformNamed('test');
  const secret = { name: 'elastic', key: 'x' };
  const elasticsearch = { url: `http://127.0.0.1:${GUARD_PORT}`, username: secret, password: secret };
  const spec = { ...platform.spec, observability: { ...platform.spec.observability, logs: { elasticsearch } } };
  const logs = logsOf({ ...platform, spec }, VERSION);
  if (logs === undefined) throw new Error('no logs');
  return rsyslogConf(logs, VERSION);
}

const startAgent = async (): Promise<StartedTestContainer> =>
  new GenericContainer(image('logs'))
    // The pod's other containers and the way out of it, in one: the test's own machine.
    .withNetworkMode('host')
    .withEnvironment(CREDENTIALS)
    .withBindMounts([
      { source: lines, target: '/var/log/heroes', mode: 'ro' },
      { source: spool, target: '/var/spool/heroes-logs' },
    ])
    .withCopyContentToContainer([{ content: configuration(), target: '/etc/heroes/logs/rsyslog.conf' }])
    .start();

beforeAll(async () => {
  opensearch = opened.use(await startOpenSearch(PORT));
  opened.adopt(await startGuard(), (guard) => {
    guard.closeAllConnections();
    guard.close();
  });
  agent = await startAgent();
  log = createLogger({
    service: 'heroes-api',
    version: VERSION,
    directory: lines,
    destination: { write: () => undefined },
  });
});

afterAll(async () => {
  await agent.stop();
  await opened.disposeAsync();
  removeFolder(lines);
  removeFolder(spool);
});

let next = 0;

/** Writes so many lines, each with a number of its own, no faster than the disk takes them: what waits beyond a bound is dropped. */
async function writeSteadily(count: number, message: string): Promise<void> {
  for (let each = 0; each < count; each++) {
    log.info({ rows: next++ }, message);
    if (each % 100 === 99) while (!endOfNewest().includes(`"heroes.rows":${next - 1},`)) await sleep(1);
  }
}

/** @returns the last bytes of the file that is written, a line and more. */
function endOfNewest(): string {
  const newest = readdirSync(lines).sort().at(-1);
  if (newest === undefined) return '';
  const file = openSync(join(lines, newest), 'r');
  try {
    const end = Buffer.alloc(2048);
    const length = readSync(file, end, 0, end.length, Math.max(0, fstatSync(file).size - end.length));
    return end.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}

const total = async (): Promise<number> => {
  await opensearch.ask('/heroes-logs-*/_refresh', {});
  const { count } = (await opensearch.ask('/heroes-logs-*/_count?q=service.name:heroes-api')) as {
    readonly count?: number;
  };
  return count ?? 0;
};

/** Every line that was written is there once. */
async function expectAll(): Promise<void> {
  await expect.poll(total, { timeout: 100_000, interval: 500 }).toBe(next);
  const query = { size: 0, aggs: { numbers: { cardinality: { field: 'heroes.rows', precision_threshold: 40_000 } } } };
  const { aggregations } = (await opensearch.ask('/heroes-logs-*/_search', query)) as {
    readonly aggregations: { readonly numbers: { readonly value: number } };
  };
  expect(aggregations.numbers.value).toBeGreaterThan(0.98 * next);
}

describe('log lines', () => {
  it('arrive as they were written, in the index of their day', async () => {
    await writeSteadily(100, 'shipped');
    await expectAll();
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '.');
    const search = await opensearch.ask(`/heroes-logs-${day}/_search?size=1&q=message:shipped`);
    const { hits } = search as { readonly hits: { readonly hits: readonly { readonly _source: object }[] } };
    expect(hits.hits[0]?._source).toMatchObject({
      '@timestamp': expect.any(String) as string,
      'ecs.version': expect.any(String) as string,
      'log.level': 'info',
      'service.name': 'heroes-api',
      message: 'shipped',
    });
    expect(strangers).toBe(0);
  });

  it('of a flood arrive too, over several files whose number and size are bounded', async () => {
    await writeSteadily(20_000, 'x'.repeat(300));
    const sizes = readdirSync(lines).map((name) => statSync(join(lines, name)).size);
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.length).toBeLessThanOrEqual(LOG_FILE_BOUNDS.files);
    for (const size of sizes) expect(size).toBeLessThan(LOG_FILE_BOUNDS.maxBytes + LOG_FILE_BOUNDS.waitingBytes);
    await expectAll();
  });

  it('arrive once when OpenSearch was away, and was killed in the middle of them', async () => {
    const writing = writeSteadily(3_000, 'away');
    await opensearch.kill();
    await writing;
    await opensearch.start();
    await expectAll();
  });

  // Several times, as each kill hits another step between reading a line and keeping it.
  it.each(['once', 'twice', 'three times'])(
    'arrive once when the agent was killed in the middle of them, %s',
    async () => {
      const writing = writeSteadily(3_000, 'killed');
      await capture(['docker', 'kill', '--signal=KILL', agent.getId()]);
      await writing;
      await capture(['docker', 'start', agent.getId()]);
      await expectAll();
    },
  );

  it('arrive though one among them is never taken', async () => {
    const [file = ''] = readdirSync(lines).sort().reverse();
    appendFileSync(join(lines, file), 'no JSON at all\n{"@timestamp":"not a time","service.name":"broken"}\n');
    await writeSteadily(100, 'after what is broken');
    await expectAll();
    const { count } = (await opensearch.ask('/heroes-logs-*/_count?q=service.name:broken')) as {
      readonly count?: number;
    };
    expect(count).toBe(0);
  });

  it('were sent by whom the server knows, and kept on disk within the bound', () => {
    expect(strangers).toBe(0);
    const kept = readdirSync(spool).reduce((sum, name) => sum + statSync(join(spool, name)).size, 0);
    expect(kept).toBeLessThan(48 * 1024 * 1024);
  });
});
