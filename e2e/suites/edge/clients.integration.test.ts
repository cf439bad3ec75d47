/** What reaches an API pod of what clients send, and what does not; and clients that are slow, silent, or many. */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiPod } from './api-pod.ts';
import { ask, countBy, say, times } from './asking.ts';
import { lead, startEdge, type Edge } from './edge.ts';

const PROXIES = ['127.9.0.0/24', 'fd00::/8'];
/** Room for some 1,000 connections. */
const MEMORY = { spec: '192Mi', bytes: 192 * 2 ** 20 };

const opened = new AsyncDisposableStack();
let edge: Edge;
let pod: ApiPod;

beforeAll(async () => {
  const resources = { requests: { cpu: '10m', memory: '64Mi' }, limits: { cpu: '1', memory: MEMORY.spec } };
  edge = opened.use(
    await startEdge({ spec: { network: { trustedProxies: PROXIES }, edge: { resources } }, memoryBytes: MEMORY.bytes }),
  );
  pod = opened.use(await ApiPod.start('a'));
  await lead(edge, [pod]);
});
afterAll(async () => opened.disposeAsync());
beforeEach(() => {
  pod.asked.length = 0;
});

const lastAsked = () => pod.asked.at(-1);

describe('what an API pod is told', () => {
  it('of a client is its address and how it came, whatever it says of itself', async () => {
    const lies = {
      'x-forwarded-for': '203.0.113.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.example',
      'x-real-ip': '203.0.113.2',
      forwarded: 'for=203.0.113.3',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'a=b',
    };
    await ask(edge.ports.http, '/v1/x', { from: '127.4.0.1', headers: lies });
    const { headers = {} } = lastAsked() ?? {};
    expect(headers).toMatchObject({
      'x-real-ip': '127.4.0.1',
      'x-forwarded-for': '127.4.0.1',
      'x-forwarded-proto': 'http',
    });
    for (const name of ['x-forwarded-host', 'forwarded', 'traceparent', 'tracestate'])
      expect(headers).not.toHaveProperty(name);
  });

  it.each([
    ['203.0.113.1', '203.0.113.1'],
    ['198.51.100.1, 203.0.113.1', '203.0.113.1'],
    ['203.0.113.1, 127.9.0.7', '203.0.113.1'],
    ['198.51.100.1, 203.0.113.1, 127.9.0.8, 127.9.0.7', '203.0.113.1'],
    ['2001:db8::7', '2001:db8::7'],
    ['2001:db8::7, fd00::1', '2001:db8::7'],
    ['no address', '127.9.0.1'],
    ['203.0.113.1, no address', '127.9.0.1'],
    ['', '127.9.0.1'],
  ])('behind a proxy that is trusted is whom that names: "%s" is %s', async (given, address) => {
    const headers = { 'x-forwarded-for': given, 'x-forwarded-proto': 'https', traceparent: '00-kept' };
    await ask(edge.ports.http, '/v1/x', { from: '127.9.0.1', headers });
    expect(lastAsked()?.headers).toMatchObject({
      'x-real-ip': address,
      'x-forwarded-for': address,
      'x-forwarded-proto': 'https',
      traceparent: '00-kept',
    });
  });

  it.each([
    '/metrics',
    '/readyz',
    '/startupz',
    '/livez',
    '/%6detrics',
    '/%6D%65trics',
    '//metrics',
    '/./metrics',
    '/v1/../metrics',
    '/v1/%2e%2e/metrics',
    '/v1/%2E./metrics',
    '/v1/..%2fmetrics',
    '/v1/..%5cmetrics',
    '/v1/x/.',
    '/%76%31/lessons',
    '/V1/lessons',
    '/metrics?/v1/',
    '/',
    '/v1',
  ])('is never %s', async (path) => {
    const heard = await say(edge.ports.http, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    expect(heard).toMatch(/^HTTP\/1\.1 404 /);
    expect(heard).toContain('application/problem+json');
    expect(pod.asked).toEqual([]);
  });

  it('is a path alone, also where an address has a host in it', async () => {
    const head = 'HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n';
    expect(await say(edge.ports.http, `GET http://evil.example/metrics ${head}`)).toMatch(/^HTTP\/1\.1 404 /);
    await say(edge.ports.http, `GET http://evil.example/v1/x?y=/../z ${head}`);
    expect(lastAsked()?.url).toBe('/v1/x?y=/../z');
    for (const line of ['OPTIONS *', 'CONNECT evil.example:443'])
      expect(await say(edge.ports.http, `${line} ${head}`)).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(pod.asked).toHaveLength(1);
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['a header without a name', 'GET /v1/x HTTP/1.1\r\nhost: x\r\n: y\r\n\r\n'],
    ['two lengths', 'POST /v1/x HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    ['more headers than there are', `GET /v1/x HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(200)}\r\n`],
    ['a header larger than a buffer', `GET /v1/x HTTP/1.1\r\nhost: x\r\na: ${'b'.repeat(20_000)}\r\n\r\n`],
  ])('is nothing of what cannot be read: %s', async (_what, bytes) => {
    const heard = await say(edge.ports.http, bytes);
    expect(heard).toMatch(/^HTTP\/1\.1 400 /);
    expect(pod.asked).toEqual([]);
  });
});

/** Opens connections that say something and then no more. */
async function hold(
  count: number,
  words: string,
  address: (index: number) => string,
): Promise<Disposable & { readonly open: () => number }> {
  const sockets: Socket[] = [];
  for (let index = 0; index < count; index += 1) {
    const socket = connect({ port: edge.ports.http, host: '127.0.0.1', localAddress: address(index) });
    socket.on('error', () => undefined);
    socket.write(words);
    // It reads nothing.
    socket.pause();
    sockets.push(socket);
    if (index % 100 === 99) await sleep(20);
  }
  await sleep(500);
  return {
    open: () =>
      sockets.filter(({ closed, destroyed, readableEnded }) => !closed && !destroyed && !readableEnded).length,
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function metric(name: string): Promise<string | undefined> {
  const { text } = await ask(edge.ports.metrics, '/metrics?scope=frontend');
  return new RegExp(`^${name}\\{proxy="public"\\} (\\d+)`, 'm').exec(text)?.[1];
}

const honest = async () => times(50, 5, async () => ask(edge.ports.http, '/v1/x', { from: '127.5.0.1' }));
const spread = (index: number): string => `127.6.${1 + (index % 200)}.${1 + Math.floor(index / 200)}`;

describe('clients that hold connections', () => {
  it.each([
    ['say nothing', ''],
    ['send half of their headers', 'GET /v1/x HTTP/1.1\r\nhost: x\r\n'],
    ['send half of a body', 'POST /v1/x HTTP/1.1\r\nhost: x\r\ncontent-length: 10000\r\n\r\nhalf'],
    ['read nothing of an answer', 'GET /v1/x?bytes=400000 HTTP/1.1\r\nhost: x\r\n\r\n'],
  ])('and %s keep nobody else waiting, and reach no pod before they are whole', async (_what, words) => {
    using held = await hold(200, words, spread);
    expect(countBy(await honest(), ({ status }) => status)).toEqual({ 200: 50 });
    if (!words.includes('bytes')) expect(pod.asked.filter(({ url }) => url === '/v1/x')).toHaveLength(50);
    expect(held.open()).toBeGreaterThan(0);
  });

  it('and do not come to their end are told so after ten seconds', async () => {
    const half = 'POST /v1/x HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf';
    expect(await say(edge.ports.http, half, 9_000)).toBe('');
    const heard = await say(edge.ports.http, half, 20_000);
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
    expect(JSON.parse(heard.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status: 408, title: 'Request Timeout' });
  });

  it('take no more than four fifths of them from one address', async () => {
    const limit = Number(await metric('haproxy_frontend_limit_sessions'));
    using held = await hold(limit, 'GET /v1/x HTTP/1.1\r\n', () => '127.7.0.1');
    const open = Number(await metric('haproxy_frontend_current_sessions'));
    expect(held.open()).toBeGreaterThan(0);
    expect(open).toBeGreaterThan(limit * 0.7);
    expect(open).toBeLessThan(limit * 0.85);
    expect(countBy(await honest(), ({ status }) => status)).toEqual({ 200: 50 });
  });

  it('take no more memory than there is, however many there are and whatever they do', async () => {
    const words = [
      'POST /v1/x HTTP/1.1\r\nhost: x\r\ncontent-length: 16000\r\n\r\n' + 'x'.repeat(12_000),
      'GET /v1/x?bytes=200000 HTTP/1.1\r\nhost: x\r\n\r\n',
      'GET /v1/classrooms/x/live/events HTTP/1.1\r\nhost: x\r\n\r\n',
    ];
    {
      await using held = new AsyncDisposableStack();
      for (const [kind, said] of words.entries())
        held.use(await hold(500, said, (index) => spread(index + 10_000 * kind)));
      await sleep(2_000);
      const state = '{{.State.Running}} {{.State.OOMKilled}} {{.RestartCount}}';
      expect(await edge.looked(state)).toBe('true false 0');
      // Probes find room where clients do not.
      expect((await ask(edge.ports.metrics, '/health')).status).toBe(200);
    }
    await expect
      .poll(async () => countBy(await honest(), ({ status }) => status), { timeout: 20_000 })
      .toEqual({ 200: 50 });
  });
});
