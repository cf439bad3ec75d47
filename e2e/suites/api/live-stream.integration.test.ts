/** The streams that tell a class what it is taught now. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openLiveHub } from '@heroes/api/features/live/open.ts';
import {
  caller,
  joined,
  makeTaughtClass,
  recordConsent,
  startUncounted,
  type Asked,
  type TaughtClass,
} from './class-calls.ts';
import { bearer, enrol, makePerson, makeSchool } from './people.ts';
import type { Stack } from './stack.ts';

const LESSON = 'bullying-or-conflict';
const MOST = 4;
const POLL_MS = 500;

interface State {
  readonly revision: number;
  readonly session: { readonly lessonId: string; readonly version: number; readonly step: number } | null;
}

let stack: Stack;
let origin: string;

beforeAll(async () => {
  stack = await startUncounted({
    adapt: (context) => ({
      ...context,
      live: openLiveHub({ ...context, most: MOST, mostPerSubject: 2, pollMs: POLL_MS, beatMs: 200 }),
    }),
  });
  await recordConsent(stack);
  origin = await stack.app.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const call = async (url: string, asked: Asked) => caller(stack)<State & { readonly detail?: string }>(url, asked);
const live = (id: string) => `/v1/classrooms/${id}/live`;
const start = async ({ id, teacher }: TaughtClass) =>
  call(live(id), { method: 'POST', as: teacher, payload: { lessonId: LESSON } });
const move = async ({ id, teacher }: TaughtClass, payload: object) =>
  call(live(id), { method: 'PATCH', as: teacher, payload });
const end = async ({ id, teacher }: TaughtClass) => call(`${live(id)}/end`, { method: 'POST', as: teacher });

/** A client's stream: what it has been told so far. */
interface Client {
  readonly status: number;
  readonly headers: Headers;
  readonly states: State[];
  readonly text: () => string;
  readonly isOver: () => boolean;
  readonly leave: () => void;
}

describe('a stream', () => {
  const clients: Client[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.leave();
    await expect.poll(() => stack.context.live.size).toBe(0);
  });

  async function follow(
    id: string,
    as: { readonly token: string },
    headers: Record<string, string> = {},
  ): Promise<Client> {
    const gone = new AbortController();
    const response = await fetch(`${origin}${live(id)}/events`, {
      headers: { ...bearer(as), ...headers },
      signal: gone.signal,
    });
    let text = '';
    let isOver = false;
    const states: State[] = [];
    const read = async () => {
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true });
    };
    void read()
      .catch(() => undefined)
      .finally(() => {
        isOver = true;
      });
    const client = {
      status: response.status,
      headers: response.headers,
      get states() {
        states.splice(0);
        for (const [, data = ''] of text.matchAll(/^event: live\ndata: (.*)$/gm))
          states.push(JSON.parse(data) as State);
        return states;
      },
      text: () => text,
      isOver: () => isOver,
      leave: () => {
        gone.abort();
      },
    };
    clients.push(client);
    return client;
  }

  const lastOf = ({ states }: Client): State | undefined => states.at(-1);

  it('tells what is live at once, and each change as it comes', async () => {
    const taught = await makeTaughtClass(stack);
    const student = await enrol(stack, taught);
    const client = await follow(taught.id, student);
    expect(client.status).toBe(200);
    expect(client.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(client.headers.get('cache-control')).toBe('no-store, no-transform');
    expect(client.headers.get('x-accel-buffering')).toBe('no');
    await expect.poll(() => lastOf(client)).toEqual({ revision: 0, session: null });
    const { body: started } = await start(taught);
    await expect.poll(() => lastOf(client)).toEqual(started);
    const { body: moved } = await move(taught, { step: 1 });
    await expect.poll(() => lastOf(client)).toEqual(moved);
    const { body: ended } = await end(taught);
    await expect.poll(() => lastOf(client)).toEqual(ended);
    expect(client.text()).toMatch(/^retry: \d+\n/);
    expect(client.text()).toContain(`id: ${ended.revision}\n`);
    await expect.poll(() => client.text()).toContain('\n:\n');
  });

  it('that is taken up again tells what was missed, and nothing that was seen', async () => {
    const taught = await makeTaughtClass(stack);
    const student = await enrol(stack, taught);
    const { body: started } = await start(taught);
    const seen = await follow(taught.id, student, { 'last-event-id': String(started.revision) });
    const missed = await follow(taught.id, student, { 'last-event-id': String(started.revision - 1) });
    const nonsense = await follow(taught.id, taught.teacher, { 'last-event-id': 'x' });
    await expect.poll(() => lastOf(missed)).toEqual(started);
    await expect.poll(() => lastOf(nonsense)).toEqual(started);
    await expect.poll(() => seen.text()).toContain('\n:\n');
    expect(seen.states).toEqual([]);
    const { body: moved } = await move(taught, { step: 1 });
    await expect.poll(() => seen.states).toEqual([moved]);
  });

  it('holds no database connection', async () => {
    const taught = await makeTaughtClass(stack);
    for (let index = 0; index < MOST; index += 1) await follow(taught.id, await enrol(stack, taught));
    const busy = async () =>
      Number(
        await stack.postgres.sql(
          "select count(*) from pg_stat_activity where usename = 'heroes_api' and state <> 'idle'",
        ),
      );
    await expect.poll(busy).toBe(0);
  });

  it('is not opened beyond what the pod holds, and is free again when a client leaves', async () => {
    const taught = await makeTaughtClass(stack);
    const held = [];
    for (let index = 0; index < MOST; index += 1) held.push(await follow(taught.id, await enrol(stack, taught)));
    const late = await enrol(stack, taught);
    const refused = await follow(taught.id, late);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    held[0]?.leave();
    await expect.poll(() => stack.context.live.size).toBe(MOST - 1);
    expect((await follow(taught.id, late)).status).toBe(200);
  });

  it('of one client takes the place of its oldest', async () => {
    const taught = await makeTaughtClass(stack);
    const student = await enrol(stack, taught);
    const [first, second, third] = [
      await follow(taught.id, student),
      await follow(taught.id, student),
      await follow(taught.id, student),
    ];
    await expect.poll(first.isOver).toBe(true);
    expect(first.text()).toContain('event: end\ndata: {"reason":"replaced"}');
    expect([second.isOver(), third.isOver()]).toEqual([false, false]);
  });

  it('ends when its token does, by the student or by the class', async () => {
    const taught = await makeTaughtClass(stack);
    const [one, other] = [await joined(stack, taught.code), await joined(stack, taught.code)];
    const [first, second] = [await follow(taught.id, one), await follow(taught.id, other)];
    const { body } = await caller(stack)<{ id: string }>('/v1/me', { as: one });
    await caller(stack)(`/v1/classrooms/${taught.id}/students/${body.id}`, { method: 'DELETE', as: taught.teacher });
    await expect.poll(first.isOver, { timeout: 10_000 }).toBe(true);
    expect(first.text()).toContain('event: end\ndata: {"reason":"token"}');
    expect(second.isOver()).toBe(false);
    await caller(stack)(`/v1/classrooms/${taught.id}/tokens/end`, { method: 'POST', as: taught.teacher });
    await expect.poll(second.isOver, { timeout: 10_000 }).toBe(true);
  });

  it('is for those in the class and who answers for it', async () => {
    const taught = await makeTaughtClass(stack);
    const other = await makeTaughtClass(stack);
    const stranger = await enrol(stack, other);
    const admin = await makePerson(stack, 'school_admin', await makeSchool(stack));
    for (const as of [stranger, admin, other.teacher]) expect((await follow(taught.id, as)).status).toBe(404);
    expect((await follow(taught.id, { token: 'x.y.z' })).status).toBe(401);
  });

  it('asked for its headers alone holds nothing', async () => {
    const taught = await makeTaughtClass(stack);
    const answer = await fetch(`${origin}${live(taught.id)}/events`, {
      method: 'HEAD',
      headers: bearer(taught.teacher),
    });
    expect(answer.status).toBe(200);
    await expect.poll(() => stack.context.live.size).toBe(0);
  });

  it('is no time that anybody waited', async () => {
    const taught = await makeTaughtClass(stack);
    const client = await follow(taught.id, await enrol(stack, taught));
    client.leave();
    await expect.poll(() => stack.context.live.size).toBe(0);
    const { values } = stack.context.metrics.answers.histogram();
    expect(values.filter(({ labels }) => labels.route.endsWith('/live/events') && labels.status_code === 200)).toEqual(
      [],
    );
  });

  it('goes on without the cache, only later; and ends when the server closes, saying when to come again', async () => {
    const taught = await makeTaughtClass(stack);
    const client = await follow(taught.id, await enrol(stack, taught));
    await expect.poll(() => lastOf(client)).toEqual({ revision: 0, session: null });
    const cli = ['valkey-cli', '-a', 'cache-secret', '--no-auth-warning'];
    await stack.cache.exec([...cli, 'shutdown', 'nosave']);
    await sleep(100);
    const { body: started } = await start(taught);
    await expect.poll(() => lastOf(client), { timeout: 10_000 }).toEqual(started);
    await stack.app.close();
    await expect.poll(client.isOver).toBe(true);
    expect(client.text()).toMatch(/retry: \d+\n\nevent: end\ndata: \{"reason":"restart"\}/);
  });
});
