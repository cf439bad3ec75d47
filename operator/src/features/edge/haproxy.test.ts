import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { platformWith } from '../../platform/testing/platforms.ts';
import { answer, NOT_FOUND } from './answers.ts';
import { decideEdge } from './decide.ts';
import { haproxyConf } from './haproxy.ts';
import { LIMITS } from './limits.ts';

const GOLDENS = join(import.meta.dirname, '../../../testdata/edge');

function confOf(spec: object): string {
  const platform = platformWith({ release: { version: '0.3.0' }, ...spec });
  const capacity = decideEdge(platform.spec);
  if (!capacity.ok) throw new Error(capacity.message);
  return haproxyConf(platform, capacity.value);
}

describe('haproxy.cfg', () => {
  // e2e/suites/edge/configuration.integration.test.ts has HAProxy itself read these.
  it.each([
    ['plain', {}],
    [
      'whole',
      {
        api: { replicas: { min: 2, max: 30 }, hostname: 'heroes.example.org' },
        edge: { tls: { secretName: 'certificate' }, resources: { requests: {}, limits: { cpu: '4', memory: '2Gi' } } },
        network: { trustedProxies: ['10.0.0.0/8', '192.168.7.7', 'fd00::/8'] },
      },
    ],
  ])('of a %s platform is as it was looked at', async (name, spec) => {
    await expect(confOf(spec)).toMatchFileSnapshot(join(GOLDENS, `${name}.cfg`));
  });

  it('believes nobody in front of it unless they are named', () => {
    const conf = confOf({});
    expect(conf).not.toMatch(/req\.hdr.*x-forwarded|from_proxy/);
    expect(conf).toContain('http-request del-header traceparent\n');
  });

  it('says what it believes only of proxies that are named', () => {
    const lines = confOf({ network: { trustedProxies: ['10.0.0.1'] } }).split('\n');
    const believing = lines.filter((line) => /req\.hdr(_ip)?\(x-forwarded/.test(line));
    expect(believing.length).toBeGreaterThan(4);
    for (const line of believing) expect(line).toMatch(/from_proxy|txn\.hops/);
  });

  it('has a bound for all that grows with who comes', () => {
    for (const conf of [confOf({}), confOf({ edge: { tls: { secretName: 'x' } } })]) {
      for (const bound of ['maxconn', 'tune.buffers.limit', 'tune.h2.fe.max-concurrent-streams', 'hard-stop-after'])
        expect(conf).toMatch(new RegExp(`^ +${bound} \\d+`, 'm'));
      const tables = conf.split('\n').filter((line) => line.includes('stick-table'));
      expect(tables).toHaveLength(4);
      for (const line of tables) expect(line).toMatch(/ size \d+k expire \d+m /);
      for (const time of ['connect', 'client', 'server', 'http-request', 'http-keep-alive', 'queue', 'check'])
        expect(conf).toMatch(new RegExp(`^ +timeout ${time} \\d+s$`, 'm'));
    }
  });

  it('keeps no bucket for less time than it takes to be full again', () => {
    for (const { perSecond, burst, expire } of Object.values(LIMITS))
      expect(Number.parseInt(expire, 10) * 60).toBeGreaterThan(burst / perSecond);
  });

  it('gives a client up that has vanished, as soon as one that is silent', () => {
    const binds = confOf({ edge: { tls: { secretName: 'x' } } })
      .split('\n')
      .filter((line) => /^ +bind :8[04]/.test(line) && !line.includes('8404'));
    expect(binds).toHaveLength(2);
    for (const line of binds) expect(line).toMatch(/ tcp-ut 30s/);
  });

  it('has room for every API pod twice, as while a release rolls', () => {
    expect(confOf({ api: { replicas: { min: 1, max: 7 } } })).toContain('server-template api 14 ');
  });

  it('outlives trouble of the DNS, and leaves out at once whom a good answer does not name', () => {
    const conf = confOf({});
    for (const fault of ['nx', 'timeout', 'refused', 'other']) expect(conf).toContain(`    hold ${fault} 24h\n`);
    expect(conf).toContain('    hold obsolete 0s\n');
  });

  it('waits for a body after it has looked at the rate, and after all else that may refuse a request', () => {
    const lines = confOf({}).split('\n');
    expect(lines.join('\n')).not.toContain('http-buffer-request');
    const [waits = -1, ...others] = lines.flatMap((line, at) => (line.includes('wait-for-body') ? [at] : []));
    expect(others).toEqual([]);
    expect(lines[waits]).toBe('    http-request wait-for-body time 10s');
    expect(lines.findIndex((line) => line.includes('deny_status 429'))).toBeLessThan(waits);
    expect(lines.slice(waits + 1, lines.indexOf('backend api')).join('\n')).not.toContain('http-request');
  });

  it('has streams to the same pods in the same way as requests, and counted for themselves', () => {
    const conf = confOf({});
    const linesOf = (name: string): string =>
      /^(?: {4}.*\n)+/m.exec(conf.split(`\nbackend ${name}\n`)[1] ?? '')?.[0] ?? '';
    expect(linesOf('streams')).toBe(linesOf('api').replace('server-template api ', 'server-template stream '));
    expect(conf).toMatch(
      /^ {4}use_backend streams if METH_GET \{ path_end \/live\/events \}\n {4}default_backend api$/m,
    );
  });

  it('is one line a directive for whatever a spec holds', () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(fc.uniqueArray(address, { maxLength: 32 }), fc.integer({ min: 1, max: 100 }), (proxies, max) => {
        const trustedProxies = proxies.filter((each) => /^[0-9a-fA-F:.]{2,39}$/.test(each) && !/:.*\./.test(each));
        const conf = confOf({ network: { trustedProxies }, api: { replicas: { min: 1, max } } });
        // HAProxy reads 2,048 characters of a line, and 64 words unless it is told otherwise; it says so itself of more.
        for (const line of conf.split('\n')) expect(line.length).toBeLessThan(2048);
      }),
      { numRuns: 20 },
    );
  });
});

describe("the edge's own answers", () => {
  it('are problems as the API writes them, each with an id', () => {
    const [, text = ''] = /lf-string '(.*)'$/.exec(answer(NOT_FOUND)) ?? [];
    expect(JSON.parse(text)).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: NOT_FOUND.detail,
      requestId: '%[unique-id]',
    });
  });
});
