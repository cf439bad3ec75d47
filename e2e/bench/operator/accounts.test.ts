import { describe, expect, it } from 'vitest';
import { parseRequest } from '../../control-plane/api-request.ts';
import type { Audited } from '../../control-plane/audit.ts';
import {
  childWritesIn,
  isRejected,
  lastFirstWriteMs,
  leaseRequestsIn,
  mostUnderWay,
  readsIn,
  statusWritesIn,
  tally,
  writesByObject,
} from './accounts.ts';

const request = (words: string, fromMs = 0, toMs = 0, status = 200): Audited => {
  const [method = '', path = ''] = words.split(' ');
  return { ...parseRequest(method, path), status, receivedMs: fromMs, answeredMs: toMs };
};

const DEPLOYMENT = 'PATCH /apis/apps/v1/namespaces/a/deployments/x';
const PLATFORM = '/apis/heroesinwaiting.com/v1alpha1/namespaces/a/heroesplatforms/x';
const LEASE = '/apis/coordination.k8s.io/v1/namespaces/s/leases/l';

const REQUESTS = [
  request(DEPLOYMENT, 0, 10),
  request(`${DEPLOYMENT}?dryRun=All`, 2, 4),
  request(DEPLOYMENT, 5, 8, 409),
  request(DEPLOYMENT, 20, 30),
  request('PATCH /api/v1/namespaces/a/services/x', 6, 40),
  request(`PATCH ${PLATFORM}/status`, 50, 60),
  request('PATCH /api/v1/namespaces/a/events/e', 60, 70),
  request(`PUT ${LEASE}`, 0, 100),
  request(`GET ${LEASE}`, 0, 100),
  request('GET /api/v1/pods?limit=500', 0, 3),
  request('GET /api/v1/pods?watch=true', 0, 1000),
];

describe('the account of a run', () => {
  const children = childWritesIn(REQUESTS);

  it('tells the kinds of requests apart', () => {
    expect(children.map(({ resource }) => resource)).toEqual(['deployments', 'deployments', 'deployments', 'services']);
    expect(statusWritesIn(REQUESTS)).toHaveLength(1);
    expect(leaseRequestsIn(REQUESTS)).toHaveLength(2);
    expect(readsIn(REQUESTS)).toHaveLength(1);
    expect(children.filter(isRejected)).toHaveLength(1);
  });

  it('counts the writes of each object, those that were refused excepted', () => {
    expect(Object.fromEntries(writesByObject(children))).toEqual({ 'deployments/a/x': 2, 'services/a/x': 1 });
  });

  it('finds when every object was there', () => {
    expect(lastFirstWriteMs(children)).toBe(40);
  });

  it('finds how many were under way at once', () => {
    expect(mostUnderWay(children)).toBe(3);
  });

  it('says what it was in words', () => {
    expect(tally(['a', 'b', 'a'])).toBe('2 a, 1 b');
  });
});
