/**
 * When to ask whether the credentials Secret is still there. It is not watched, since that needs the right to read Secrets;
 * but without it no pod starts, and pods are watched.
 */

export interface WaitingPod {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime?: string;
    }[];
    readonly containers?: readonly { readonly waiting?: { readonly reason?: string } }[];
  };
}

export interface Suspicion {
  readonly now: boolean;
  /** When to look again, epoch milliseconds; without a pod that waits there is no need to. */
  readonly againAtMs?: number;
}

/** A healthy container is made within this; pulling an image, the slow part, has a reason of its own only when it fails. */
const PATIENCE_MS = 30_000;
const ASK_EVERY_MS = 60_000;

/** What a container says that lacks a Secret: mounted, or named by a variable. */
const TELLING = ['ContainerCreating', 'PodInitializing', 'CreateContainerConfigError'];

/** @returns whether a pod has waited for its containers for so long that the Secret may be missing. */
export function suspectCredentials(pods: readonly WaitingPod[], nowMs: number): Suspicion {
  const since = pods.filter(waits).flatMap((pod) => scheduledAtMs(pod) ?? []);
  if (since.length === 0) return { now: false };
  const dueMs = Math.min(...since) + PATIENCE_MS;
  return dueMs <= nowMs ? { now: true, againAtMs: nowMs + ASK_EVERY_MS } : { now: false, againAtMs: dueMs };
}

const waits = ({ status }: WaitingPod): boolean =>
  (status?.containers ?? []).some(({ waiting }) => TELLING.includes(waiting?.reason ?? ''));

function scheduledAtMs({ status }: WaitingPod): number | undefined {
  const scheduled = status?.conditions?.find(({ type, status: holds }) => type === 'PodScheduled' && holds === 'True');
  return scheduled === undefined ? undefined : Date.parse(scheduled.lastTransitionTime ?? '') || undefined;
}
