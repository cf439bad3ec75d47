/** docs/reference/timeouts.md: each time fits into that of whoever waits for it. Here is where all of them can be seen at once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V1PodSpec } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { TIMES_MS } from '@heroes/api/limits/times.ts';
import { LOCK_TIMEOUT_MS } from '@heroes/migrations/migrator.ts';
import { renderApiDeployment } from '@heroes/operator/features/api/render.ts';
import { haproxyConf } from '@heroes/operator/features/edge/haproxy.ts';
import { renderEdge } from '@heroes/operator/features/edge/render.ts';
import { poolerSidecar, poolerVolumes } from '@heroes/operator/features/pooler/render.ts';
import { PLATFORM, poolerSettings } from './containers.ts';
import { platformOf } from './edge/edge.ts';
import packageJson from '../../package.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '../..');
const EDGED = platformOf({});
const OBJECTIVE_MS = 400;
/** Of services/api/src/features/live/hub.ts. */
const BEAT_MS = 15_000;

const SQL = readFileSync(join(ROOT, 'services/postgres/ensure.sql'), 'utf8');
const DOCUMENT = readFileSync(join(ROOT, 'docs/reference/timeouts.md'), 'utf8');

/** @returns a setting of the API's role, milliseconds. */
function roleMs(setting: string): number {
  const [, seconds = 'NaN'] = new RegExp(`ALTER ROLE heroes_api SET ${setting} = '(\\d+)s'`).exec(SQL) ?? [];
  return Number(seconds) * 1000;
}

function poolerMs(setting: string): number {
  const [, seconds = 'NaN'] = new RegExp(`^${setting} = (\\d+)$`, 'm').exec(poolerSettings(10)) ?? [];
  return Number(seconds) * 1000;
}

/** What HAProxy is told, not what we meant to. */
function edgeMs(): Record<'connect' | 'receive' | 'silence' | 'drain' | 'finish', number> {
  const conf = haproxyConf(EDGED, { connections: 1000, buffers: 1000, threads: 1 });
  const ms = (directive: string): number =>
    Number(new RegExp(`^ +${directive} (\\d+)s$`, 'm').exec(conf)?.[1] ?? NaN) * 1000;
  return {
    connect: ms('timeout connect'),
    receive: ms('timeout http-request'),
    silence: Math.max(ms('timeout client'), ms('timeout server')),
    drain: ms('grace'),
    finish: ms('hard-stop-after'),
  };
}

function edgePodMs(): { readonly start: number; readonly grace: number } {
  const capacity = { connections: 1000, buffers: 1000, threads: 1 };
  const deployment = renderEdge(EDGED, { version: '0.3.0', config: '' }, capacity).find(
    ({ kind }) => kind === 'Deployment',
  );
  const { template } = deployment?.spec as { template: { spec: V1PodSpec } };
  const probe = template.spec.containers[0]?.startupProbe;
  return {
    start: (probe?.periodSeconds ?? NaN) * (probe?.failureThreshold ?? NaN) * 1000,
    grace: (template.spec.terminationGracePeriodSeconds ?? NaN) * 1000,
  };
}

function podMs(): { readonly start: number; readonly drain: number; readonly grace: number } {
  const { version } = packageJson;
  const { spec } = renderApiDeployment(PLATFORM, {
    version,
    inputs: { secret: 's', revision: 'r', config: 'c' },
    sidecar: { container: poolerSidecar(PLATFORM, version), volumes: poolerVolumes(PLATFORM, 's') },
  });
  const pod = spec?.template.spec;
  const api = pod?.containers[0];
  if (api?.startupProbe?.failureThreshold === undefined) throw new Error('the API has no startup probe');
  const { periodSeconds = NaN, failureThreshold } = api.startupProbe;
  return {
    start: periodSeconds * failureThreshold * 1000,
    drain: Number(api.env?.find(({ name }) => name === 'DRAIN_SECONDS')?.value) * 1000,
    grace: (pod?.terminationGracePeriodSeconds ?? NaN) * 1000,
  };
}

const { connect, receive: edgeReceive, silence, drain: edgeDrain, finish: edgeFinish } = edgeMs();
const { start: edgeStart, grace: edgeGrace } = edgePodMs();

const { cache, poolWait, outgoingTry, outgoing, request, receive, warmUp, finish } = TIMES_MS;
/** As the service's review gives it, until the database is there. */
const REVIEWED_START_MS = 40_000;
const [lock, statement] = [roleMs('lock_timeout'), roleMs('statement_timeout')];
const idleTransaction = roleMs('idle_in_transaction_session_timeout');
const queryWait = poolerMs('query_wait_timeout');
const { start, drain, grace } = podMs();

describe('the times', () => {
  it.each([
    ['the cache', cache, 'the objective', OBJECTIVE_MS],
    ['a lock', lock, 'a statement', statement],
    ['pool, PgBouncer and a statement', poolWait + queryWait + statement, 'a request', request],
    ['a try', outgoingTry, 'an outgoing call', outgoing],
    ['an outgoing call', outgoing, 'an idle transaction', idleTransaction],
    ['an idle transaction', idleTransaction, 'a request', request],
    ['a request', request, 'the end of a pod', finish],
    ['a client that sends', receive, 'the end of a pod', finish],
    ['a start and warming up', REVIEWED_START_MS + warmUp, 'the start of a pod', start],
    ['the start of a pod', start, 'the start of an edge pod', edgeStart],
    ['drain and end', drain + finish, 'the grace of a pod', grace],
    ['a connection of the edge', connect, 'the silence that it bears', silence],
    ['a request', request, 'the silence that the edge bears', silence],
    ['a beat of a stream', BEAT_MS, 'the silence that the edge bears', silence],
    ['a client that sends to the edge', edgeReceive, 'a client that sends to the API', receive],
    ['drain and end of the edge', edgeDrain + edgeFinish, 'the grace of an edge pod', edgeGrace],
    ['a migration that waits for a lock', LOCK_TIMEOUT_MS, 'the time after which deadlocks are looked for', 1_000],
  ])('%s (%i ms) fits into %s (%i ms)', (_what, ms, _into, intoMs) => {
    expect(ms).toBeLessThan(intoMs);
  });

  it('are written down as they are', () => {
    const numbers = {
      cache,
      lock,
      poolWait,
      queryWait,
      statement,
      outgoingTry,
      outgoing,
      idleTransaction,
      request,
      receive,
      warmUp,
      start,
      drain,
      finish,
      grace,
      connect,
      edgeReceive,
      silence,
      edgeStart,
      edgeDrain,
      edgeFinish,
      edgeGrace,
      migration: LOCK_TIMEOUT_MS,
    };
    const rows = DOCUMENT.split('\n').filter((line) => /^\| (?!what|-)/.test(line));
    const written = rows.map((row) => row.split('|')[2]?.trim() ?? '');
    const inWords = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`);
    expect(written).toEqual(Object.values(numbers).map(inWords));
  });
});
