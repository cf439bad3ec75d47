/** All reads of a reconcile: from the caches, so that a converged platform costs the API server nothing. */
import { decideCredentials, renderCredentials } from '../features/credentials/decide.ts';
import { RefusedError, type Key, type Reader, type Writer } from './cluster.ts';
import { CHILD_KINDS, POD } from './kinds.ts';
import type { Observed } from './observed.ts';
import { credentialFacts } from './facts.ts';

/** @returns what is held of a platform, or undefined when it is gone. */
export function observe(reader: Reader, key: Key): Observed | undefined {
  const platform = reader.platform(key);
  if (platform === undefined) return undefined;
  const kinds = CHILD_KINDS.filter(({ extension }) => extension === undefined || reader.has(extension));
  return {
    platform,
    children: kinds.flatMap((kind) => reader.labelled(kind, key)),
    pods: reader.labelled(POD, key),
    credentialsLost: false,
    monitoring: reader.has('monitoring'),
    gateway: reader.has('gateway'),
    requestMetrics: reader.requestMetrics(),
  };
}

/** @returns whether the credentials Secret is missing: it may not be read, but a dry run tells whether it could be made. */
export async function credentialsLost(writer: Pick<Writer, 'create'>, seen: Observed): Promise<boolean> {
  const { suffix } = decideCredentials(credentialFacts(seen));
  try {
    return await writer.create(renderCredentials(seen.platform, suffix, {}), { dryRun: true });
  } catch (error) {
    // A quota or a policy does not let us ask: taken to be there, it holds up nothing else.
    if (error instanceof RefusedError) return false;
    throw error;
  }
}
