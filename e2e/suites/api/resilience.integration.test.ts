/** Calls to others: what is told of them, and that a request is answered though they do not answer. */
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outgoing, Unavailable } from '@heroes/api/resilience/outgoing.ts';
import { startStack, type Stack } from './stack.ts';

let stack: Stack;
let there: Server;
let url: string;
/** How the destination answers. */
let answer: 'well' | 'badly' | 'never' = 'well';

beforeAll(async () => {
  stack = await startStack();
  there = createServer((_request, response) => {
    if (answer !== 'never') response.writeHead(answer === 'well' ? 200 : 500).end('{}');
  });
  await new Promise<void>((resolve) => there.listen(0, '127.0.0.1', resolve));
  const address = there.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
});

afterAll(async () => {
  there.closeAllConnections();
  there.close();
  await stack[Symbol.asyncDispose]();
});

const ask = async (name: string, repeatable = false): Promise<number> =>
  outgoing(
    name,
    async (signal) => {
      const { status } = await fetch(url, { signal });
      if (status >= 500) throw new Error(`answered ${status}`);
      return status;
    },
    { repeatable },
  );

const metrics = async (): Promise<string> => (await stack.app.inject('/metrics')).body;

describe('a destination', () => {
  it('that answers is counted', async () => {
    answer = 'well';
    expect(await ask('good')).toBe(200);
    const text = await metrics();
    expect(text).toContain('outgoing_calls_total{destination="good",outcome="answered"} 1');
    expect(text).toContain('outgoing_circuit_state{destination="good",state="closed"} 1');
  });

  it('that hangs costs three seconds and no more', async () => {
    answer = 'never';
    await expect(ask('slow')).rejects.toBeInstanceOf(Unavailable);
    expect(await metrics()).toMatch(/outgoing_calls_total\{destination="slow",outcome="(timed_out|failed)"\} 1/);
  });

  it('that fails is left alone, which is a metric and a line of the log', async () => {
    answer = 'badly';
    for (let each = 0; each < 10; each++) await expect(ask('bad')).rejects.toBeInstanceOf(Unavailable);
    answer = 'well';
    await expect(ask('bad')).rejects.toMatchObject({ parts: { status: 503, retryAfterSeconds: 30 } });
    const text = await metrics();
    expect(text).toContain('outgoing_circuit_state{destination="bad",state="open"} 1');
    expect(text).toContain('outgoing_circuit_state{destination="bad",state="closed"} 0');
    expect(text).toContain('outgoing_calls_total{destination="bad",outcome="failed"} 10');
    expect(text).toContain('outgoing_calls_total{destination="bad",outcome="not_tried"} 1');
    const lines = stack.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(
      expect.objectContaining({ 'log.level': 'warn', 'heroes.destination': 'bad', 'heroes.state': 'open' }),
    );
  });

  it('that comes back is reached by those that may repeat', async () => {
    answer = 'badly';
    const asked = ask('flaky', true);
    setTimeout(() => (answer = 'well'), 300);
    expect(await asked).toBe(200);
  });
});
