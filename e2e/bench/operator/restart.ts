/** A new operator where all is converged: how soon it is ready, what it lists, and that it writes nothing. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Resource } from '@heroes/operator/kube/resource.ts';
import { step } from '../../cluster/progress.ts';
import type { Audited } from '../../control-plane/audit.ts';
import { OPERATOR_USER } from '../../control-plane/operator-rights.ts';
import { atMost, exactly, told, type Measure } from '../report/measure.ts';
import { readsIn, tally, writesIn } from './accounts.ts';
import type { Converged } from './converge.ts';
import type { Options } from './options.ts';
import { untilLeading, type World } from './world.ts';

/** All platforms have been reconciled once, and what that set off is over. */
const SETTLE_MS = 30_000;
const READY_SECONDS = 5;
/** Whom the world's own client is, to the API server. */
const ADMINISTRATOR = 'admin';

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
    const pages = await pagesNeeded(world, lists);
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

/**
 * @returns how many pages the API server cuts the kinds that were listed into, asked with the same selectors: it may answer a
 * page with less than was asked for, and end with an empty one
 */
async function pagesNeeded({ client, audit }: World, lists: readonly Audited[]): Promise<number> {
  const byKind = new Map(lists.map(({ path }) => listingOf(path)).map((listing) => [listing.path, listing]));
  const mark = await audit.mark();
  for (const { resource, labelSelector } of byKind.values()) await client.list(resource, { labelSelector });
  const asked = await audit.requests(ADMINISTRATOR, mark);
  return readsIn(asked).filter(({ verb, path }) => verb === 'list' && byKind.has(listingOf(path).path)).length;
}

interface Listing {
  readonly path: string;
  readonly resource: Resource;
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
    labelSelector: searchParams.get('labelSelector') ?? '',
  };
}
