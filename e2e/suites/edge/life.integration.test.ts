/** The edge from its start to its end: before there are pods, streams of events, and how it stops. */
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { EDGE_SECONDS } from '@heroes/operator/features/edge/settings.ts';
import { ApiPod } from './api-pod.ts';
import { ask } from './asking.ts';
import { startEdge, startEdgeWithPod } from './edge.ts';

let opened = new AsyncDisposableStack();
afterEach(async () => {
  await opened.disposeAsync();
  opened = new AsyncDisposableStack();
});

const edgeWithPod = async () => startEdgeWithPod(opened);

describe('an edge without an API', () => {
  it('answers for itself, and 503 for the rest, until there is one', async () => {
    const edge = opened.use(await startEdge());
    const health = await ask(edge.ports.http, '/health');
    expect([health.status, health.text]).toEqual([200, '{"status":"ok"}']);
    const started = async (): Promise<number> => (await ask(edge.ports.metrics, '/started')).status;
    expect(await started()).toBe(503);
    expect((await ask(edge.ports.http, '/v1/x')).status).toBe(503);
    const pod = opened.use(await ApiPod.start('late'));
    edge.dns.endpoints = [pod.endpoint];
    await expect.poll(async () => (await ask(edge.ports.http, '/v1/x')).status, { timeout: 10_000 }).toBe(200);
    expect(await started()).toBe(200);
  });

  it('has not started while it cannot reach those that there are, and is well when they have gone again', async () => {
    const edge = opened.use(await startEdge());
    const pod = opened.use(await ApiPod.start('a'));
    await pod.vanish();
    edge.dns.endpoints = [pod.endpoint];
    const statusOf = async (path: string): Promise<number> => (await ask(edge.ports.metrics, path)).status;
    await expect.poll(() => edge.said(), { timeout: 10_000 }).toContain('Server api/api1 is DOWN');
    expect(await statusOf('/started')).toBe(503);
    await pod.comeBack();
    await expect.poll(async () => statusOf('/started'), { timeout: 60_000, interval: 500 }).toBe(200);
    await pod.vanish();
    await expect.poll(async () => (await ask(edge.ports.http, '/v1/x')).status, { timeout: 20_000 }).toBe(503);
    expect(await statusOf('/health')).toBe(200);
    expect((await ask(edge.ports.http, '/health')).status).toBe(200);
  }, 120_000);

  it('says which words of its own it logs, and nothing of who asked for what', async () => {
    const edge = opened.use(await startEdge());
    await ask(edge.ports.http, '/v1/secret-path?code=ABCD-EFGH', { from: '127.8.0.9', token: 'a-token-of-somebody' });
    await expect.poll(() => edge.said()).toContain('not answered as usual');
    const line =
      edge
        .said()
        .split('\n')
        .find((each) => each.startsWith('{')) ?? '';
    expect(JSON.parse(line)).toMatchObject({
      '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      'http.response.status_code': '503',
      'service.name': 'heroes-edge',
    });
    expect(edge.said()).not.toMatch(/secret-path|ABCD|127\.8\.0\.9|a-token/);
  });
});

describe('a stream of events', () => {
  it('passes as it is sent, and is not ended by the times of requests', async () => {
    const { edge } = await edgeWithPod();
    const answer = await fetch(`http://127.0.0.1:${edge.ports.http}/v1/classrooms/x/live/events`);
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    const text = new TextDecoder();
    // It never ends: whatever was held back to be sent together would not come.
    for (let events = 0; events < 10;) events += text.decode((await reader.read()).value).split('data:').length - 1;
    await reader.cancel();
  });

  it('outlives the silence that ends others, by its beats', async () => {
    const { edge } = await edgeWithPod();
    const answer = await fetch(`http://127.0.0.1:${edge.ports.http}/v1/classrooms/x/live/events`);
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    const fromMs = performance.now();
    while (performance.now() - fromMs < (EDGE_SECONDS.silence + 5) * 1000) {
      const { done } = await reader.read();
      expect(done).toBe(false);
    }
    await reader.cancel();
  }, 60_000);
});

describe('an edge that is stopped', () => {
  it('takes requests for eight seconds more, tells clients to go elsewhere, and loses none', async () => {
    const { edge, pod } = await edgeWithPod();
    pod.delayMs = 100;
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const idle = new Agent({ keepAlive: true, maxSockets: 1 });
    opened.defer(() => {
      agent.destroy();
      idle.destroy();
    });
    const { http } = edge.ports;
    expect((await ask(http, '/v1/x', { agent: idle })).status).toBe(200);
    const fromMs = performance.now();
    const ended = edge.ended();
    await edge.signal('SIGUSR1');
    const statuses: string[] = [];
    const lane = async (): Promise<void> => {
      while (performance.now() - fromMs < (EDGE_SECONDS.drain - 1) * 1000) {
        const { status, headers } = await ask(http, '/v1/x', { agent, body: '{}' });
        statuses.push(`${status} ${headers.connection ?? ''}`);
      }
    };
    const load = Promise.all(Array.from({ length: 8 }, lane));
    await sleep(1_000);
    expect((await ask(http, '/health')).status).toBe(503);
    await load;
    expect(statuses.length).toBeGreaterThan(100);
    expect(statuses.filter((each) => !each.startsWith('201'))).toEqual([]);
    // The first may have been answered before it knew.
    expect(statuses.slice(16).every((each) => each === '201 close')).toBe(true);
    // Who was idle all the time, and asks when nobody else is let in any more, is served on the connection that is open.
    await sleep(2_500);
    expect((await ask(http, '/v1/x')).status).toBe(0);
    expect((await ask(http, '/v1/x', { agent: idle })).status).toBe(200);
    expect(await ended).toBe(0);
  }, 60_000);

  it('ends streams of events with its grace, and not its grace with them', async () => {
    const { edge } = await edgeWithPod();
    const answer = await fetch(`http://127.0.0.1:${edge.ports.http}/v1/classrooms/x/live/events`);
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    const ended = edge.ended();
    await edge.signal('SIGUSR1');
    const fromMs = performance.now();
    await expect(
      (async () => {
        for (;;) if ((await reader.read()).done) return;
      })(),
    ).rejects.toThrow();
    // A class goes on hearing until the others of the pod have gone.
    expect(performance.now() - fromMs).toBeGreaterThan((EDGE_SECONDS.drain + EDGE_SECONDS.finish - 1) * 1000);
    expect(await ended).toBe(0);
  }, 90_000);

  it('lets a request that is under way come to its end', async () => {
    const { edge, pod } = await edgeWithPod();
    pod.delayMs = (EDGE_SECONDS.drain + 4) * 1000;
    const asked = ask(edge.ports.http, '/v1/x', { body: '{}' });
    await sleep(200);
    await edge.signal('SIGUSR1');
    expect((await asked).status).toBe(201);
  }, 60_000);
});
