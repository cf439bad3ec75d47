/** Converged, and then nothing: what the operator asks for all the same. */
import { setTimeout as sleep } from 'node:timers/promises';
import { step } from '../../cluster/progress.ts';
import { OPERATOR_USER } from '../../control-plane/operator-rights.ts';
import { exactly, told, type Measure } from '../report/measure.ts';
import { leaseRequestsIn, readsIn, tally, writesIn } from './accounts.ts';
import type { Converged } from './converge.ts';
import type { Options } from './options.ts';

/** What followed from the platforms becoming ready is over after this long. */
const SETTLE_MS = 20_000;

/** @returns what was asked for in some minutes without a change. */
export async function measureQuiet({ world }: Converged, { platforms, quietMinutes }: Options): Promise<Measure[]> {
  const title = `${platforms} converged platforms, nothing for ${quietMinutes} minutes`;
  return step(title, async (log) => {
    await sleep(SETTLE_MS);
    const mark = await world.audit.mark();
    await sleep(quietMinutes * 60_000);
    const requests = await world.audit.requests(OPERATOR_USER, mark);
    const writes = writesIn(requests);
    const reads = readsIn(requests);
    log(tally([...writes, ...reads].map(({ verb, resource }) => `${verb} ${resource}`)));
    const name = (what: string): string => `${platforms} converged, quiet: ${what}`;
    return [
      exactly(0, name('writes'), writes.length, 'requests'),
      exactly(0, name('gets and lists'), reads.length, 'requests'),
      told(
        name('watches that ended and were opened anew'),
        requests.filter(({ verb }) => verb === 'watch').length,
        'requests',
      ),
      told(name('lease, its renewals'), leaseRequestsIn(requests).length / quietMinutes, 'requests/min'),
    ];
  });
}
