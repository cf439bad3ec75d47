/** The certificate that the edge serves, over the real HAProxy: how it is exchanged, and what is not taken. */
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { Agent, request as requestTls } from 'node:https';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { countBy } from './asking.ts';
import { putCertificate, startEdgeWithPod, type EdgeOptions } from './edge.ts';

let opened = new AsyncDisposableStack();
afterEach(async () => {
  await opened.disposeAsync();
  opened = new AsyncDisposableStack();
});

const edgeWithPod = async (options?: EdgeOptions) => startEdgeWithPod(opened, options);

interface Secured {
  readonly status: number;
  readonly name: string;
}

async function askTls(port: number, agent?: Agent): Promise<Secured> {
  const { promise, resolve, reject } = Promise.withResolvers<Secured>();
  const asked = requestTls(
    { host: '127.0.0.1', port, path: '/v1/x', rejectUnauthorized: false, agent: agent ?? false },
    (answer) => {
      const { socket } = answer;
      if (!(socket instanceof TLSSocket)) throw new Error('it is not encrypted');
      const { subject } = socket.getPeerCertificate();
      answer.resume();
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, name: String(subject.CN) });
      });
    },
  );
  asked.on('error', reject);
  asked.end();
  return promise;
}

describe('a certificate', () => {
  const spec = { edge: { tls: { secretName: 'x' } } };

  it('is exchanged under load: every connection is served, and those that are open stay', async () => {
    const { edge, pod } = await edgeWithPod({ spec });
    const port = edge.ports.https;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    opened.defer(() => {
      agent.destroy();
    });
    expect(await askTls(port, agent)).toEqual({ status: 200, name: 'first.example.org' });
    expect(pod.asked.at(-1)?.headers).toMatchObject({ 'x-forwarded-proto': 'https' });
    const open = (await kept(agent)).at(0);
    await putCertificate(edge.certificates, 'second.example.org');
    const answers: Secured[] = [];
    await expect
      .poll(
        async () => {
          const answer = await askTls(port);
          answers.push(answer);
          return answer.name;
        },
        { timeout: 20_000, interval: 5 },
      )
      .toBe('second.example.org');
    expect(countBy(answers, ({ status }) => status)).toEqual({ 200: answers.length });
    expect(await askTls(port, agent)).toEqual({ status: 200, name: 'first.example.org' });
    expect((await kept(agent)).at(0)).toBe(open);
    expect(edge.said()).toContain('a new certificate is served');
    expect(await edge.looked('{{.State.Running}} {{.RestartCount}}')).toBe('true 0');
  });

  it('is for HTTP/2 as well, of which a connection has no more at once than others', async () => {
    const { edge, pod } = await edgeWithPod({ spec });
    pod.delayMs = 50;
    const session = connectHttp2(`https://127.0.0.1:${edge.ports.https}`, { rejectUnauthorized: false });
    opened.defer(() => {
      session.close();
    });
    await once(session, 'remoteSettings');
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const stream = session.request({ ':path': '/v1/x' });
        const [headers] = (await once(stream, 'response')) as [{ readonly ':status'?: number }];
        stream.resume();
        await once(stream, 'end');
        return headers[':status'];
      }),
    );
    expect(countBy(statuses, String)).toEqual({ 200: 60 });
    expect(pod.mostUnderWay).toBeLessThanOrEqual(20);
    expect(pod.asked.at(-1)).toMatchObject({ url: '/v1/x', headers: { 'x-forwarded-proto': 'https' } });
  });

  it('that is none, or whose key is another, is not taken, and the one after is', async () => {
    const { edge } = await edgeWithPod({ spec });
    const port = edge.ports.https;
    await putCertificate(edge.certificates, 'odd.example.org', ['crt']);
    await expect.poll(() => edge.said(), { timeout: 20_000 }).toContain('the former one is still served');
    for (let turn = 0; turn < 20; turn += 1) expect((await askTls(port)).name).toBe('first.example.org');
    await putCertificate(edge.certificates, 'third.example.org');
    await expect.poll(async () => (await askTls(port)).name, { timeout: 20_000 }).toBe('third.example.org');
    expect(edge.said()).not.toMatch(/PRIVATE|BEGIN/);
  });
});

describe('a certificate that is good', () => {
  it('is taken a minute later where nobody shook hands in time at first, which is said once', async () => {
    // Stands for the listener that tries it: silent, and later there.
    let trial = 0;
    const between = createServer((socket) => {
      socket.on('error', () => undefined);
      if (trial !== 0) socket.pipe(connect(trial, '127.0.0.1').on('error', () => undefined)).pipe(socket);
    });
    between.listen(0, '127.0.0.1');
    await once(between, 'listening');
    opened.defer(() => {
      between.close();
    });
    const trialPort = (between.address() as AddressInfo).port;
    const { edge } = await edgeWithPod({ spec: { edge: { tls: { secretName: 'x' } } }, trialPort });
    await putCertificate(edge.certificates, 'second.example.org');
    await expect.poll(() => edge.said(), { timeout: 20_000 }).toContain('the former one is still served');
    trial = edge.ports.trial;
    expect((await askTls(edge.ports.https)).name).toBe('first.example.org');
    await expect
      .poll(async () => (await askTls(edge.ports.https)).name, { timeout: 80_000, interval: 500 })
      .toBe('second.example.org');
    expect(edge.said().split('the former one is still served')).toHaveLength(2);
  }, 120_000);
});

/** The sockets that an agent keeps open. */
const kept = async (agent: Agent) => {
  await sleep(20);
  return Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []);
};
