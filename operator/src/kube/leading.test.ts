import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LEASE_TIMES, microTime } from './lease.ts';
import { valuesOf } from './testing/connecting.ts';
import { Contender, LEASE } from './testing/contender.ts';
import { FakeApiServer } from './testing/fake-api-server.ts';
import type { Fault } from './testing/faults.ts';
import type { RecordedRequest } from './testing/recorded-requests.ts';
import { SimulatedTime } from './testing/simulated-time.ts';

const HOUR_MS = 3_600_000;

const time = new SimulatedTime();
afterAll(() => {
  time[Symbol.dispose]();
});

let server: FakeApiServer;
let a: Contender;
let b: Contender;
beforeEach(async () => {
  server = await FakeApiServer.start();
  a = new Contender(server, 'a');
  b = new Contender(server, 'b');
});
afterEach(async () => {
  await time.during(Promise.all([a[Symbol.asyncDispose](), b[Symbol.asyncDispose]()]));
  await server.close();
});

const specOf = () => server.read('leases', LEASE)?.spec;

/** Others set a label on the lease. */
function touch(value: string): void {
  const held = server.read('leases', LEASE);
  if (held === undefined) throw new Error('there is no lease to touch');
  server.put({ ...held, metadata: { ...held.metadata, labels: { touched: value } } });
}

/** Another process writes the lease, with a clock of its own. */
function writeLease(spec: object, { clockOffMs = 0 } = {}): void {
  const at = microTime(new Date(Date.now() + clockOffMs));
  const full = { leaseDurationSeconds: 15, acquireTime: at, renewTime: at, leaseTransitions: 3, ...spec };
  server.put({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: LEASE, spec: full });
}

const of = (who: Contender) => (request: RecordedRequest) => request.headers['user-agent'] === who.name;
const failing = (who: Contender, fault: Fault, times = Infinity) => server.fail({ when: of(who), fault, times });

/** @returns how long it takes until a contender leads, milliseconds. */
async function untilLeading(who: Contender): Promise<number> {
  const started = performance.now();
  await time.until(() => who.isLeading, 100);
  return performance.now() - started;
}

async function lead(who: Contender): Promise<void> {
  who.start();
  await untilLeading(who);
}

describe('taking the lease', () => {
  it('makes it when there is none, in a form that the API server accepts', async () => {
    await lead(a);
    expect(specOf()).toEqual({
      holderIdentity: 'a_1',
      leaseDurationSeconds: 15,
      acquireTime: expect.stringMatching(/\.\d{6}Z$/) as string,
      renewTime: expect.stringMatching(/\.\d{6}Z$/) as string,
      leaseTransitions: 0,
    });
    await time.pass(60_000, 500);
    expect(server.requests.filter(({ verb }) => verb === 'replace').length).toBeGreaterThan(20);
    expect([a.isLeading, a.log.lines]).toEqual([true, []]);
  });

  it.for([
    ['as ours is', 0],
    ['hours behind', -7 * HOUR_MS],
    ['hours ahead', 7 * HOUR_MS],
  ] as const)('waits for its duration when the holder’s clock is %s', async ([, clockOffMs]) => {
    writeLease({ holderIdentity: 'gone' }, { clockOffMs });
    b.start();
    const took = await untilLeading(b);
    expect(took).toBeGreaterThanOrEqual(15_000);
    expect(took).toBeLessThanOrEqual(15_000 + 2 * LEASE_TIMES.retryMs);
    expect(specOf()).toMatchObject({ holderIdentity: 'b_1', leaseTransitions: 4 });
  });

  it('waits for the duration that the lease itself names', async () => {
    writeLease({ holderIdentity: 'gone', leaseDurationSeconds: 60 });
    b.start();
    expect(await untilLeading(b)).toBeGreaterThanOrEqual(60_000);
  });

  it('does not wait for what was given back', async () => {
    writeLease({ holderIdentity: '', leaseDurationSeconds: 1 });
    b.start();
    expect(await untilLeading(b)).toBeLessThan(1_000);
  });

  it('waits for as long as another renews it, whatever time that one writes', async () => {
    b.start();
    for (let i = 0; i < 20; i += 1) {
      writeLease({ holderIdentity: 'other' }, { clockOffMs: (i % 2 === 0 ? 1 : -1) * i * HOUR_MS });
      await time.pass(5_000, 500);
    }
    expect(b.leading.terms).toBe(0);
  });

  it('is not deceived by labels that are set on a lease that nobody renews', async () => {
    writeLease({ holderIdentity: 'gone' });
    b.start();
    const started = performance.now();
    for (let i = 0; !b.isLeading && i < 20; i += 1) {
      touch(String(i));
      await time.pass(1_500, 100);
    }
    expect(b.isLeading).toBe(true);
    expect(performance.now() - started).toBeLessThan(25_000);
  });

  it('lets one of many lead', async () => {
    const many = Array.from({ length: 5 }, (_, i) => new Contender(server, `c${i}`));
    for (const each of many) each.start();
    await time.pass(30_000, 500);
    expect(many.filter(({ isLeading }) => isLeading)).toHaveLength(1);
    await time.during(Promise.all(many.map(async (each) => each[Symbol.asyncDispose]())));
  });
});

describe('keeping the lease', () => {
  beforeEach(async () => {
    await lead(a);
    b.start();
    await time.pass(5_000, 500);
  });

  it.for([
    { is: 'answer', status: 500 },
    { is: 'drop', when: 'before' },
    { is: 'drop', when: 'after' },
    { is: 'hang' },
    { is: 'answer', status: 429, retryAfterSeconds: 1 },
    { is: 'html', status: 200 },
  ] as const satisfies readonly Fault[])('outlasts six seconds of faults ($is)', async (fault) => {
    const plan = failing(a, fault);
    await time.pass(6_000, 100);
    plan.lift();
    await time.pass(60_000, 500);
    expect([a.leading.terms, a.isLeading, b.leading.terms]).toEqual([1, true, 0]);
  });

  it.for([
    { is: 'answer', status: 500 },
    { is: 'drop', when: 'before' },
    { is: 'hang' },
    { is: 'answer', status: 429, retryAfterSeconds: 30 },
    { is: 'trickle', chunkBytes: 1, everyMs: 1_000 },
    { is: 'html', status: 502 },
  ] as const satisfies readonly Fault[])('ends before another may lead, when it cannot renew ($is)', async (fault) => {
    const renewed = performance.now();
    failing(a, fault);
    await time.until(() => !a.isLeading, 100);
    const ended = performance.now();
    expect(ended - renewed).toBeLessThan(LEASE_TIMES.durationMs);
    await time.until(() => b.isLeading, 100);
    expect(performance.now()).toBeGreaterThan(ended);
    expect(a.isLeading).toBe(false);
  });

  it('ends at once when another has it', async () => {
    writeLease({ holderIdentity: 'other' });
    const started = performance.now();
    await time.until(() => !a.isLeading, 100);
    expect(performance.now() - started).toBeLessThan(2 * LEASE_TIMES.retryMs);
  });

  it('goes on when others set labels on it, and keeps them', async () => {
    for (let i = 0; i < 5; i += 1) {
      touch(String(i));
      await time.pass(5_000, 500);
    }
    expect([a.leading.terms, a.isLeading, server.read('leases', LEASE)?.metadata.labels]).toEqual([
      1,
      true,
      { touched: '4' },
    ]);
    expect((await valuesOf(a.metrics.slowLease)).lease).toBeGreaterThanOrEqual(5);
  });

  it('costs one request each time', async () => {
    const before = server.requests.filter(of(a)).length;
    await time.pass(20_000, 500);
    expect(server.requests.filter(of(a)).length - before).toBeLessThanOrEqual(10);
  });
});

describe('giving the lease back', () => {
  beforeEach(async () => {
    await lead(a);
    b.start();
    await time.pass(5_000, 500);
  });

  it('lets another lead at once', async () => {
    await time.during(a.stop());
    expect(specOf()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    expect(await untilLeading(b)).toBeLessThan(3_000);
  });

  it('lets another lead at once, though a label was set on it meanwhile', async () => {
    touch('yes');
    await time.during(a.stop());
    expect(await untilLeading(b)).toBeLessThan(3_000);
  });

  it('does not take it from another', async () => {
    writeLease({ holderIdentity: 'other' });
    await time.during(a.stop());
    expect(specOf()).toMatchObject({ holderIdentity: 'other' });
  });

  it('does not hold up the end for long when the server does not answer', async () => {
    failing(a, { is: 'hang' });
    const started = performance.now();
    await time.during(a.stop());
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
