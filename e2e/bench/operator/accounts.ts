/** Pure: what the operator's requests come to, from the API server's own account of them. */
import { isWrite } from '../../control-plane/api-request.ts';
import type { Audited } from '../../control-plane/audit.ts';

/** Renewed by the clock, and accounted for apart. */
const isLease = ({ resource }: Audited): boolean => resource === 'leases';

/** @returns what changed something or was meant to, renewals of the lease excepted. */
export const writesIn = (requests: readonly Audited[]): Audited[] =>
  requests.filter((request) => isWrite(request) && !isLease(request));

/** @returns what was read once; reads of the lease excepted. */
export const readsIn = (requests: readonly Audited[]): Audited[] =>
  requests.filter((request) => ['get', 'list'].includes(request.verb) && !isLease(request));

/** @returns all that was asked about the lease. */
export const leaseRequestsIn = (requests: readonly Audited[]): Audited[] => requests.filter(isLease);

export const isRejected = ({ status }: Audited): boolean => status < 200 || status >= 300;

/** @returns writes of the platforms' children: not of platforms, nor of Events. */
export const childWritesIn = (requests: readonly Audited[]): Audited[] =>
  writesIn(requests).filter(({ resource }) => !['heroesplatforms', 'events'].includes(resource));

/** @returns writes of the platforms' statuses. */
export const statusWritesIn = (requests: readonly Audited[]): Audited[] =>
  writesIn(requests).filter(({ resource, subresource }) => resource === 'heroesplatforms' && subresource === 'status');

/** @returns how often each object was written with success. */
export function writesByObject(writes: readonly Audited[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const write of writes.filter((each) => !isRejected(each))) {
    const key = objectOf(write);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** @returns when the last of the objects was first written with success, epoch milliseconds. */
export function lastFirstWriteMs(writes: readonly Audited[]): number {
  const first = new Map<string, number>();
  for (const write of writes.filter((each) => !isRejected(each))) {
    const key = objectOf(write);
    first.set(key, Math.min(first.get(key) ?? Infinity, write.answeredMs));
  }
  return Math.max(...first.values());
}

const objectOf = ({ resource, namespace, name }: Audited): string => `${resource}/${namespace}/${name}`;

/** @returns how many requests were under way at once, at most. */
export function mostUnderWay(requests: readonly Audited[]): number {
  const edges = requests
    .filter(({ verb }) => verb !== 'watch')
    .flatMap(({ receivedMs, answeredMs }) => [
      { atMs: receivedMs, by: 1 },
      { atMs: answeredMs, by: -1 },
    ])
    .sort((a, b) => a.atMs - b.atMs || a.by - b.by);
  let now = 0;
  let most = 0;
  for (const { by } of edges) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

/** @returns how often each word came, as `3 patch, 1 create`. */
export function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}
