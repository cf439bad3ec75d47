/** What the edge and the API have to agree on, though neither imports the other. */
import { describe, expect, it } from 'vitest';
import { SECURITY_HEADERS } from '@heroes/api/http/security-headers.ts';
import { ROUTE_BUCKETS } from '@heroes/api/limits/rates.ts';
import { TIMES_MS } from '@heroes/api/limits/times.ts';
import { ROUTES } from '@heroes/api/routes.ts';
import { SECURITY_HEADERS as EDGE_HEADERS } from '@heroes/operator/features/edge/answers.ts';
import { PUBLIC_PREFIXES, STREAM_SUFFIX } from '@heroes/operator/features/edge/frontend.ts';
import { JOIN_PATHS, LIMITS } from '@heroes/operator/features/edge/limits.ts';
import { EDGE_SECONDS } from '@heroes/operator/features/edge/settings.ts';

describe('the edge and the API', () => {
  it('say the same to browsers', () => {
    expect(EDGE_HEADERS).toEqual(SECURITY_HEADERS);
  });

  it('count a token and a join in buckets of the same size', () => {
    const bucket = ({ perSecond, burst }: { readonly perSecond: number; readonly burst: number }) => ({
      perSecond,
      burst,
    });
    expect(bucket(LIMITS.token)).toEqual(ROUTE_BUCKETS.subject);
    expect(bucket(LIMITS.join)).toEqual(ROUTE_BUCKETS.join);
  });

  it('mean the same by a join', () => {
    const joins = ROUTES.filter(({ rate }) => rate === 'join');
    expect(joins.map(({ path }) => path).sort()).toEqual([...JOIN_PATHS].sort());
    expect(joins.every(({ method }) => method === 'POST')).toBe(true);
  });

  it('mean the same by a stream', () => {
    const isStream = (route: (typeof ROUTES)[number]): boolean =>
      Object.values(route.answers).some(({ mediaType }) => mediaType === 'text/event-stream');
    const streams = ROUTES.filter(isStream);
    expect(streams).not.toEqual([]);
    expect(ROUTES.filter(({ path }) => path.endsWith(STREAM_SUFFIX))).toEqual(streams);
    expect(streams.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('let through every route that there is, and none of the probes', () => {
    const isPublic = (path: string): boolean => PUBLIC_PREFIXES.some((prefix) => path.startsWith(prefix));
    expect(ROUTES.map(({ path }) => path).filter((path) => !isPublic(path))).toEqual([]);
    expect(['/livez', '/readyz', '/startupz', '/metrics'].filter(isPublic)).toEqual([]);
  });

  it('wait for each other long enough: the API answers before the edge gives up, and closes no connection that the edge uses', () => {
    expect(TIMES_MS.request).toBeLessThan(EDGE_SECONDS.silence * 1000);
    expect(EDGE_SECONDS.receive * 1000).toBeLessThan(TIMES_MS.receive);
    expect(EDGE_SECONDS.keepAlive * 1000).toBe(TIMES_MS.keepAlive);
  });
});
