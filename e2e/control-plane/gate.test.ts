import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensurePki } from '../cluster/pki.ts';
import { Gate } from './gate.ts';

const SECRETS = '/api/v1/namespaces/a/secrets';

describe('Gate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gate-'));
  const pki = (name: string): string => join(folder, name);
  const seen: string[] = [];
  let upstream: Server;
  let gate: Gate;

  beforeAll(async () => {
    await ensurePki(pki, [{ name: 'apiserver', subject: '/CN=x', usage: 'serverAuth', names: 'IP:127.0.0.1' }]);
    const identity = { cert: readFileSync(pki('apiserver.crt')), key: readFileSync(pki('apiserver.key')) };
    upstream = createServer(identity, (request, response) => {
      seen.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers.authorization ?? ''}`);
      // A watch goes on.
      if (request.url?.includes('watch')) response.writeHead(200).write('{"type":"BOOKMARK"}\n');
      else request.pipe(response);
    });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    upstream.listen(0, '127.0.0.1', () => {
      resolve(undefined);
    });
    await promise;
    const server = `https://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    gate = await Gate.open({ server, authority: pki('ca.crt') });
  });

  afterAll(async () => {
    await gate[Symbol.asyncDispose]();
    upstream.closeAllConnections();
    upstream.close();
    rmSync(folder, { recursive: true });
  });

  beforeEach(() => {
    gate.forget();
    gate.onWrite(undefined);
    gate.onRequest(undefined);
    seen.length = 0;
  });

  const create = async (body: string): Promise<string> => {
    const headers = { authorization: 'Bearer t' };
    return (await fetch(`${gate.url}${SECRETS}`, { method: 'POST', body, headers })).text();
  };

  it('passes what it is given there and back, and writes it down', async () => {
    expect(await create('one')).toBe('one');
    expect(seen).toEqual([`POST ${SECRETS} Bearer t`]);
    expect(gate.writes).toMatchObject([{ verb: 'create', resource: 'secrets', namespace: 'a', status: 200 }]);
  });

  it('calls the hook when a write is done, before its answer is passed on, and lets no other through meanwhile', async () => {
    const done: string[] = [];
    gate.onWrite({
      when: 'before answer',
      call: async (n) => {
        done.push(`${n}: ${seen.length} sent`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      },
    });
    await Promise.all(['one', 'two', 'three'].map(async (body) => create(body).then(() => done.push('answered'))));
    expect(done.filter((line) => line !== 'answered')).toEqual(['1: 1 sent', '2: 2 sent', '3: 3 sent']);
    expect(done[0]).toBe('1: 1 sent');
  });

  it('drops what waited for its turn when it is cut', async () => {
    gate.onWrite({
      when: 'before answer',
      call: () => {
        gate.cut();
      },
    });
    const fates = await Promise.allSettled([create('one'), create('two'), create('three')]);
    expect(fates.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(seen).toHaveLength(1);
  });

  it('answers in the place of the server', async () => {
    gate.onRequest(({ verb }) => (verb === 'create' ? { status: 429, headers: { 'retry-after': '1' } } : 'reset'));
    const refused = await fetch(`${gate.url}${SECRETS}`, { method: 'POST', body: '' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    await expect(fetch(`${gate.url}${SECRETS}`)).rejects.toThrow();
    expect(seen).toEqual([]);
    expect(gate.answered.map(({ status }) => status)).toEqual([429, 0]);
  });

  it('streams watches, and cuts them', async () => {
    const { body } = await fetch(`${gate.url}${SECRETS}?watch=true`);
    const reader = body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value as Uint8Array)).toContain('BOOKMARK');
    expect(gate.cutWatches()).toBe(1);
    await expect(reader?.read()).rejects.toThrow();
    expect(gate.cutWatches()).toBe(0);
  });
});
