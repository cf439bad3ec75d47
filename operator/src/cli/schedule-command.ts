/**
 * The commands that look at a platform's day and change it. What they change is written in the name of `kubectl-heroes`, and of
 * the spec only that: a floor by hand is one field, a closed date one entry of a list that is a map by date.
 */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Client } from '../kube/client.ts';
import { isConflict, isRefusal, messageOf } from '../kube/errors.ts';
import type { KubeObject } from '../kube/resource.ts';
import { PLATFORM } from '../platform/kinds.ts';
import { CLI_FIELD_MANAGER } from '../platform/names.ts';
import { closeDate, type Closing } from './closing.ts';
import { connect, type ClusterOptions, type Connection } from './connect.ts';
import { dayText, type Drawing } from './day-text.ts';
import { listPlatform, type ListingOptions } from './listing.ts';
import type { Result } from './plan-command.ts';
import { readPlatform } from './plan.ts';
import { prescale, type Asked } from './prescaling.ts';

/** How often a change is begun anew because somebody else was faster. */
const TRIES = 5;

/** @returns the day of a platform of the cluster, or its floors when a range or another format is asked for. */
export async function runSchedule(
  name: string,
  options: ClusterOptions & ListingOptions & { readonly date?: string },
  { nowMs, ...drawing }: Drawing & { readonly nowMs: number },
): Promise<Result> {
  return onPlatform(name, options, async ({ platform }) => {
    const listed = options.from !== undefined || options.to !== undefined || options.output === 'json';
    if (listed) return Promise.resolve(listPlatform(platform, options, nowMs));
    return Promise.resolve(dayText(platform, { ...drawing, nowMs, ...known(options.date) }));
  });
}

const known = (date: string | undefined): { date?: string } => (date === undefined ? {} : { date });

/** @returns what was closed, or why nothing was. */
export async function runClose(name: string, options: ClusterOptions & Closing): Promise<Result> {
  return onPlatform(name, options, async ({ client, platform }) => {
    for (let tries = 1, seen = platform; ; tries++) {
      const closed = closeDate(seen, options);
      if (!closed.ok) return complaint(closed.message);
      try {
        if (closed.operations.length > 0) await client.patch(PLATFORM, seen.metadata, closed.operations);
        return { exitCode: 0, output: `${closed.lines.join('\n')}\n`, complaint: '' };
      } catch (error) {
        // A test of the patch does not hold any more, or the date was given meanwhile.
        if (tries === TRIES || !(isConflict(error) || isRefusal(error))) throw error;
        seen = (await readPlatform(client, platform.metadata)) ?? seen;
      }
    }
  });
}

/** @returns what was asked of the floor. */
export async function runPrescale(
  name: string,
  options: ClusterOptions & Asked,
  { nowMs }: { readonly nowMs: number },
): Promise<Result> {
  return onPlatform(name, options, async ({ client, platform }) => {
    const prescaled = prescale(platform, options, nowMs);
    if (!prescaled.ok) return complaint(prescaled.message);
    const { change, line } = prescaled;
    if (change !== undefined) await client.merge(PLATFORM, withPrescale(platform, change.value));
    return { exitCode: 0, output: `${platform.metadata.namespace}/${name}: ${line}\n`, complaint: '' };
  });
}

const withPrescale = ({ apiVersion, kind, metadata }: HeroesPlatform, prescale: unknown): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: metadata.name, namespace: metadata.namespace },
  spec: { schedule: { prescale } },
});

const complaint = (message: string): Result => ({ exitCode: 1, output: '', complaint: message });

async function onPlatform(
  name: string,
  options: ClusterOptions,
  act: (found: { readonly client: Client; readonly platform: HeroesPlatform }) => Promise<Result>,
): Promise<Result> {
  try {
    await using connection: Connection = connect(options, CLI_FIELD_MANAGER);
    const { client, namespace } = connection;
    const platform = await readPlatform(client, { namespace, name });
    if (platform === undefined)
      throw new Error(`there is no HeroesPlatform "${name}" in namespace ${namespace}: kubectl get hp -A lists them`);
    return await act({ client, platform });
  } catch (error) {
    return complaint(messageOf(error));
  }
}
