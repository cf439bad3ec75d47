/** `kubectl heroes audit verify`, through what does with a request what the Kubernetes API server's service proxy does. */
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { $ } from 'zx';
import { ROOT } from '../../cluster/layout.ts';
import { removeFolder, sharedFolder } from '../containers.ts';
import { recordOne, startUnhurried, tamper, verifyAs } from './audit-tampering.ts';
import { makePerson, type Person } from './people.ts';
import type { Stack } from './stack.ts';

const KUBE_TOKEN = 'kubernetes-token';
const PLATFORM = '/apis/heroesinwaiting.com/v1alpha1/namespaces/grand-bend/heroesplatforms/grand-bend';
const PROXY = '/api/v1/namespaces/grand-bend/services/grand-bend-api:http/proxy';

let stack: Stack;
let admin: Person;
let apiServer: Server;
let folder: string;
let audit: object | undefined;
const asked: string[] = [];

beforeAll(async () => {
  stack = await startUnhurried();
  admin = await makePerson(stack, 'district_admin');
  folder = sharedFolder();
  apiServer = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
  });
  await new Promise<void>((resolve) => apiServer.listen(0, '127.0.0.1', resolve));
  const { port } = apiServer.address() as AddressInfo;
  writeFileSync(join(folder, 'kubeconfig'), kubeconfig(`http://127.0.0.1:${port}`));
});

afterAll(async () => {
  await new Promise((resolve) => apiServer.close(resolve));
  removeFolder(folder);
  await stack[Symbol.asyncDispose]();
});

beforeEach(() => {
  audit = undefined;
  asked.length = 0;
});

const kubeconfig = (server: string): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'test', user: { token: KUBE_TOKEN } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace: 'grand-bend' } }],
    'current-context': 'test',
  });

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Takes Authorization for itself and passes it on to nobody (k8s.io/apiserver, WithAuthentication). */
async function answer(request: IncomingMessage): Promise<Answer> {
  const { authorization, ...headers } = request.headers;
  const { method = '', url = '' } = request;
  asked.push(`${method} ${url}`);
  if (authorization !== `Bearer ${KUBE_TOKEN}`) return status(401, 'Unauthorized');
  if (url === PLATFORM) return { status: 200, body: JSON.stringify(platform()) };
  if (!url.startsWith(PROXY)) return status(404, `there is nothing at ${url}`);
  const answered = await stack.app.inject({
    method: method as 'POST',
    url: url.slice(PROXY.length),
    headers: headers as Record<string, string>,
    payload: await text(request),
  });
  return { status: answered.statusCode, body: answered.body };
}

const status = (code: number, message: string): Answer => ({
  status: code,
  body: JSON.stringify({ apiVersion: 'v1', kind: 'Status', status: 'Failure', code, message }),
});

const platform = () => ({
  apiVersion: 'heroesinwaiting.com/v1alpha1',
  kind: 'HeroesPlatform',
  metadata: { name: 'grand-bend', namespace: 'grand-bend' },
  spec: {},
  ...(audit === undefined ? {} : { status: { audit } }),
});

interface Said {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(token: string, ...args: readonly string[]): Promise<Said> {
  writeFileSync(join(folder, 'token'), `${token}\n`);
  const command = [
    join(ROOT, 'operator/src/cli/kubectl-heroes.ts'),
    ...['audit', 'verify', ...args, '--token-file', join(folder, 'token'), '--kubeconfig', join(folder, 'kubeconfig')],
  ];
  const { exitCode, stdout, stderr } = await $({ quiet: true, nothrow: true })`${process.execPath} ${command}`;
  return { exitCode, stdout, stderr };
}

describe('kubectl heroes audit verify', () => {
  it('says that the chain holds, with no more rights than it names', async () => {
    await recordOne(stack, admin);
    const { head } = await verifyAs(stack, admin);
    audit = { ...head, anchoredTime: '2026-11-24T03:15:00Z' };
    const { exitCode, stdout, stderr } = await run(admin.token, 'grand-bend');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^\d+ entries hold, up to entry \d+, [0-9a-f]{64}\.\n1 of 1 noted ends are in it\.\n$/);
    expect(asked).toEqual([`GET ${PLATFORM}`, `POST ${PROXY}/v1/audit/verify`]);
  });

  it('finds a chain that was made anew from its beginning, by the end that the operator has kept', async () => {
    const { head } = await verifyAs(stack, admin);
    audit = { ...head, hash: 'ab'.repeat(32), anchoredTime: '2026-11-24T03:15:00Z' };
    const { exitCode, stdout } = await run(admin.token, 'grand-bend', '-o', 'json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, fault: null, anchors: [{ holds: false }] });
  });

  it('names the entry that does not fit', async () => {
    await recordOne(stack, admin);
    const { sequence } = (await verifyAs(stack, admin)).head;
    await tamper(stack, `update audit_entries set object = object || 'x' where sequence = ${sequence}`);
    const said = await run(admin.token, 'grand-bend');
    await tamper(stack, `update audit_entries set object = left(object, -1) where sequence = ${sequence}`);
    expect(said.exitCode).toBe(1);
    expect(said.stdout).toContain(`Entry ${sequence} does not fit: it was changed`);
  });

  it.each([
    ['a token that is none', () => 'x.y.z', 'grand-bend', 'The token is not valid'],
    ['a platform that there is not', () => admin.token, 'elsewhere', 'there is no HeroesPlatform "elsewhere"'],
  ])('says what is wrong with %s', async (_what, token, name, complaint) => {
    const { exitCode, stdout, stderr } = await run(token(), name);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(complaint);
  });

  it('is not for who teaches', async () => {
    const editor = await makePerson(stack, 'content_editor');
    const { exitCode, stderr } = await run(editor.token, 'grand-bend');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('This is for district_admin, platform_operator');
  });
});
