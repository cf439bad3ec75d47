/** A new operator where all is converged: how soon it is ready, what it lists, and that it writes nothing. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@heroes/operator/kube/client.ts';
import type { Resource } from '@heroes/operator/kube/resource.ts';
import { step } from '../../cluster/progress.ts';
import type { Audited } from '../../control-plane/audit.ts';
import { OPERATOR_USER } from '../../control-plane/operator-rights.ts';
import { atMost, exactly, told, type Measure } from '../report/measure.ts';
import { readsIn, tally, writesIn } from './accounts.ts';
import type { Converged } from './converge.ts';
import type { Options } from './options.ts';
import { untilLeading } from './world.ts';

/** All platforms have been reconciled once, and what that set off is over. */
const SETTLE_MS = 30_000;
const READY_SECONDS = 5;

/** @returns the figures of one restart. */
export async function measureRestart(converged: Converged, { platforms }: Options): Promise<Measure[]> {
  return step(`Restart with ${platforms} converged platforms`, async (log) => {
    const { world } = converged;
    await converged.operator.kill('SIGTERM');
    const mark = await world.audit.mark();
    converged.operator = await world.start();
    const readyMs = await untilLeading(converged.operator);
    await sleep(SETTLE_MS);
    const requests = await world.audit.requests(OPERATOR_USER, mark);
    const writes = writesIn(requests);
    const lists = readsIn(requests).filter(({ verb, resource }) => verb === 'list' && resource !== '');
    const pages = await pagesNeeded(world.client, lists);
    log(tally([...writes, ...lists].map(({ verb, resource }) => `${verb} ${resource}`)));
    const name = (what: string): string => `restart with ${platforms} converged: ${what}`;
    return [
      atMost(READY_SECONDS, name('start until ready'), readyMs / 1000, 's'),
      exactly(0, name('writes'), writes.length, 'requests'),
      exactly(pages, name('lists (kinds × pages)'), lists.length, 'requests'),
      told(name('other reads'), readsIn(requests).length - lists.length, 'requests'),
    ];
  });
}

/** @returns how many pages the kinds that were listed have, with the pages and selectors by which they were. */
async function pagesNeeded(client: Client, lists: readonly Audited[]): Promise<number> {
  const byKind = new Map(lists.map(({ path }) => listingOf(path)).map((listing) => [listing.path, listing]));
  const pages = [...byKind.values()].map(async ({ resource, limit, labelSelector }) => {
    const { items } = await client.list(resource, { labelSelector });
    return Math.max(1, Math.ceil(items.length / limit));
  });
  return (await Promise.all(pages)).reduce((sum, each) => sum + each, 0);
}

interface Listing {
  readonly path: string;
  readonly resource: Resource;
  readonly limit: number;
  readonly labelSelector: string;
}

function listingOf(text: string): Listing {
  const { pathname, searchParams } = new URL(text, 'http://localhost');
  const parts = pathname.split('/').filter((part) => part !== '');
  const plural = parts.at(-1) ?? '';
  // /api/v1/…, or /apis/GROUP/VERSION/…
  const apiVersion = parts[0] === 'api' ? (parts[1] ?? '') : parts.slice(1, 3).join('/');
  return {
    path: pathname,
    resource: { apiVersion, kind: plural, plural },
    limit: Number(searchParams.get('limit') ?? Infinity),
    labelSelector: searchParams.get('labelSelector') ?? '',
  };
}
