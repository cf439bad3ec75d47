/** The outbox is delivered at least once, to a system of the district's if it has one, whatever dies at whatever moment. */
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { MOST_ATTEMPTS } from '@heroes/api/domain/backoff.ts';
import { deliverDue, type Message } from '@heroes/api/features/outbox/deliver.ts';
import { measure } from '@heroes/api/features/outbox/measure.ts';
import { prepareWorkers } from '@heroes/api/workers/start.ts';
import { clear, dyingEverywhere, inOutbox, startMortal, type MortalStack } from './mortal.ts';
import { askForHelp, makeScene } from './safety-scene.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

interface Received {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: string;
}

let stack: MortalStack;
let receiver: Server;
let received: Received[] = [];

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const header = (name: string): string => String(request.headers[`webhook-${name}`]);
      received.push({ id: header('id'), timestamp: header('timestamp'), signature: header('signature'), body });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  stack = await startMortal({
    HELP_WEBHOOK_URL: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`,
    HELP_WEBHOOK_SECRET: SECRET,
  });
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  receiver.close();
});

beforeEach(async () => {
  await clear(stack);
  received = [];
});

const put = async (count: number): Promise<void> => {
  const payload = JSON.stringify({ signalId: 's', classroomId: 'c', revision: 1 });
  await stack.db
    .insertInto('outbox')
    .values(Array.from({ length: count }, () => ({ topic: 'help.raised', payload })))
    .execute();
};

const outbox = () => ({ db: stack.context.db, metrics: stack.context.metrics, log: stack.context.log });
const everythingIsDue = async () =>
  stack.db
    .updateTable('outbox')
    .set({ due_at: sql<Date>`now()` })
    .execute();

describe('delivery', () => {
  const ids: string[] = [];
  const taken = async ({ id }: Message) => Promise.resolve(void ids.push(id));
  const refused = async () => Promise.reject(new Error('the receiver answered 500'));

  beforeEach(() => {
    ids.length = 0;
  });

  it('is made once for each message while nothing dies, however many pods look at once', async () => {
    await put(70);
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        while (await deliverDue(outbox(), taken));
      }),
    );
    while (await deliverDue(outbox(), taken));
    expect(ids).toHaveLength(70);
    expect(new Set(ids).size).toBe(70);
    expect((await inOutbox(stack)).every(({ delivered_at: at }) => at !== null)).toBe(true);
  });

  it('that fails is tried again later, and then is as any other', async () => {
    await put(1);
    await deliverDue(outbox(), refused);
    const [waiting] = await inOutbox(stack);
    expect(waiting).toMatchObject({ attempts: 1, delivered_at: null, last_error: 'the receiver answered 500' });
    expect(waiting?.due_at.getTime()).toBeGreaterThan(Date.now());
    await deliverDue(outbox(), taken);
    expect(ids).toEqual([]);
    await everythingIsDue();
    await deliverDue(outbox(), taken);
    expect((await inOutbox(stack))[0]).toMatchObject({
      attempts: 2,
      last_error: null,
      delivered_at: expect.any(Date) as Date,
    });
  });

  it('is given up in the end, stays where it can be seen, and is made when it is put back', async () => {
    await put(1);
    await stack.db
      .updateTable('outbox')
      .set({ attempts: MOST_ATTEMPTS - 1 })
      .execute();
    await deliverDue(outbox(), refused);
    expect((await inOutbox(stack))[0]).toMatchObject({ attempts: MOST_ATTEMPTS, dead_at: expect.any(Date) as Date });
    await everythingIsDue();
    await deliverDue(outbox(), taken);
    expect(ids).toEqual([]);
    await measure(stack.context.db, stack.context.metrics);
    expect(await stack.context.metrics.registry.metrics()).toContain('outbox_messages{state="dead"} 1');
    await stack.db.updateTable('outbox').set({ dead_at: null, attempts: 0 }).execute();
    await deliverDue(outbox(), taken);
    expect(ids).toHaveLength(1);
  });

  it('is made again, under the same id, by who finds it when the pod that sent it died before it said so', async () => {
    await put(1);
    const sent: string[] = [];
    const sendAndDie = async ({ id }: Message): Promise<void> => {
      sent.push(id);
      // What says that it was sent does not get to its commit.
      stack.dying.after(1);
      return Promise.resolve();
    };
    await expect(deliverDue(outbox(), sendAndDie)).rejects.toThrow();
    // All connections died; of those that were idle the pool learns in its own time.
    await vi.waitFor(async () => deliverDue(outbox(), taken), 10_000);
    expect(ids).toEqual([]);
    await everythingIsDue();
    await deliverDue(outbox(), taken);
    expect(ids).toEqual(sent);
    expect((await inOutbox(stack))[0]?.delivered_at).not.toBeNull();
  });

  it('is lost after no statement', async () => {
    await put(3);
    await dyingEverywhere(
      stack,
      async () => deliverDue(outbox(), taken).catch(() => undefined),
      async () => {
        expect(await inOutbox(stack)).toHaveLength(3);
        await everythingIsDue();
      },
    );
    await deliverDue(outbox(), taken);
    expect(new Set(ids).size).toBe(3);
    expect((await inOutbox(stack)).every(({ delivered_at: at }) => at !== null)).toBe(true);
  });

  it('is to nobody when nobody is to be told', async () => {
    await put(2);
    await deliverDue(outbox(), undefined);
    expect((await inOutbox(stack)).every(({ delivered_at: at }) => at !== null)).toBe(true);
  });
});

describe('the workers of a pod', () => {
  it('tell the district’s system of a child in need, signed, by ids alone, and stop when they are told to', async () => {
    const { student } = await makeScene(stack);
    const stopWorkers = prepareWorkers(stack.context)();
    await askForHelp(stack, student);
    await vi.waitFor(
      async () => {
        expect(received).toHaveLength(1);
        expect((await inOutbox(stack))[0]?.delivered_at).not.toBeNull();
      },
      { timeout: 20_000, interval: 100 },
    );
    await stopWorkers();
    const [{ id, timestamp, signature, body } = { id: '', timestamp: '', signature: '', body: '' }] = received;
    const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
    expect(signature).toBe(`v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`);
    const { data } = JSON.parse(body) as { data: Record<string, unknown> };
    expect(Object.keys(data).sort()).toEqual(['classroomId', 'revision', 'signalId']);
    await put(1);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(received).toHaveLength(1);
  });

  it('do not start with half of a webhook', () => {
    const config = { ...stack.context.config, HELP_WEBHOOK_SECRET: '' };
    expect(() => prepareWorkers({ ...stack.context, config })).toThrow(/go together/);
  });
});
