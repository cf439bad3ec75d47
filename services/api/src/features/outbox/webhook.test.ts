import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Circuits } from '../../resilience/outgoing.ts';
import type { Message } from './deliver.ts';
import { openWebhook, signed } from './webhook.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const received: Received[] = [];
let status = 204;
let url = '';
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    received.push({ headers: request.headers, body });
    response.writeHead(status, { location: 'http://127.0.0.1:1/elsewhere' }).end('an answer');
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterAll(() => server.close());

const message: Message = {
  id: '0b7b3d9e-6b54-4d8c-9d3e-3f1f6f9a3a11',
  topic: 'help.raised',
  payload: { signalId: 'a', classroomId: 'b', revision: 1 },
  createdAt: new Date('2026-11-25T09:00:00Z'),
  attempts: 1,
};

const quick = { firstWaitMs: 1, longestWaitMs: 2, resetMs: 60_000 };
const open = (circuits = new Circuits(quick)) =>
  openWebhook({ HELP_WEBHOOK_URL: url, HELP_WEBHOOK_SECRET: SECRET }, circuits.call);

describe('the webhook', () => {
  it('is signed as the standard’s own example is', () => {
    // https://github.com/standard-webhooks/standard-webhooks, the tests of its libraries.
    const body = '{"test": 2432232314}';
    const at = new Date(1_614_265_330_000);
    expect(signed(SECRET, { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body, at })['webhook-signature']).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  it('tells no more than ids, under the message’s own id', async () => {
    status = 204;
    await open()?.(message);
    const { headers, body } = received.at(-1) ?? { headers: {}, body: '' };
    expect(JSON.parse(body)).toEqual({
      type: 'help.raised',
      timestamp: '2026-11-25T09:00:00.000Z',
      data: { signalId: 'a', classroomId: 'b', revision: 1 },
    });
    expect(headers['webhook-id']).toBe(message.id);
    const at = new Date(Number(headers['webhook-timestamp']) * 1000);
    expect(headers['webhook-signature']).toBe(signed(SECRET, { id: message.id, body, at })['webhook-signature']);
  });

  it('tries again what the receiver could not do, and not what it does not take', async () => {
    status = 503;
    received.length = 0;
    await expect(open()?.(message)).rejects.toMatchObject({ cause: { status: 503 } });
    expect(received).toHaveLength(3);
    status = 401;
    received.length = 0;
    await expect(open()?.(message)).rejects.toMatchObject({ status: 401 });
    expect(received).toHaveLength(1);
  });

  it('does not follow to another address', async () => {
    status = 307;
    await expect(open()?.(message)).rejects.toThrow();
  });

  it('leaves a receiver alone that keeps failing, and one that refuses not', async () => {
    const circuits = new Circuits(quick);
    status = 400;
    for (let each = 0; each < 12; each += 1) await expect(open(circuits)?.(message)).rejects.toThrow('400');
    expect(circuits.states().get('help-webhook')).toBe('closed');
    status = 500;
    for (let each = 0; each < 8; each += 1) await expect(open(circuits)?.(message)).rejects.toThrow();
    expect(circuits.states().get('help-webhook')).toBe('open');
  });

  it('is nobody unless both its settings are there', () => {
    const call = new Circuits().call;
    expect(openWebhook({ HELP_WEBHOOK_URL: '', HELP_WEBHOOK_SECRET: '' }, call)).toBeUndefined();
    expect(() => openWebhook({ HELP_WEBHOOK_URL: url, HELP_WEBHOOK_SECRET: '' }, call)).toThrow(/go together/);
    expect(() => openWebhook({ HELP_WEBHOOK_URL: '', HELP_WEBHOOK_SECRET: SECRET }, call)).toThrow(/go together/);
  });
});
