/** What happens to a platform while operators come and go. */
import type { Client } from '@heroes/operator/kube/client.ts';
import type { KubeObject } from '@heroes/operator/kube/resource.ts';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { PLATFORM } from '@heroes/operator/platform/kinds.ts';
import { messageOf } from '../../cluster/progress.ts';
import type { Tenant } from '../convergence/tenant.ts';

export interface Watch {
  /** Ends it. @returns what was said of readiness other than that it is given. */
  readonly end: () => Promise<readonly string[]>;
}

/** Watches a platform's Ready condition: no change of it is missed. */
export async function watchReadiness(client: Client, { namespace }: Tenant): Promise<Watch> {
  const { resourceVersion } = await client.list(PLATFORM, { namespace });
  const stop = new AbortController();
  const said: string[] = [];
  const scope = { namespace, resourceVersion, timeoutSeconds: 3600 };
  const watching = (async () => {
    for await (const { object } of client.watch(PLATFORM, scope, stop.signal)) said.push(...unreadiness(object));
  })().catch((error: unknown) => {
    // Whoever ends it is told; nobody else would hear of it.
    if (!stop.signal.aborted) said.push(`the watch has ended: ${messageOf(error)}`);
  });
  return {
    end: async () => {
      stop.abort();
      await watching;
      return said;
    },
  };
}

function unreadiness(object: KubeObject): string[] {
  const { status } = object as unknown as HeroesPlatform;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') return [];
  return [`${object.metadata.namespace ?? ''}: ${ready?.reason ?? 'no condition'}: ${ready?.message ?? ''}`];
}

/** @returns the objects of some kinds that were there before and are not the same any more, or are new. */
export function changes(
  before: readonly KubeObject[],
  after: readonly KubeObject[],
  isMeant: (object: KubeObject) => boolean,
): string[] {
  const surplus = (all: readonly KubeObject[], others: readonly KubeObject[], word: string): string[] => {
    const uids = new Set(others.map(({ metadata }) => metadata.uid));
    const alone = all.filter((object) => isMeant(object) && !uids.has(object.metadata.uid));
    return alone.map(({ kind, metadata }) => `${kind} ${metadata.name} ${word}`);
  };
  return [...surplus(before, after, 'is gone'), ...surplus(after, before, 'is new')];
}
