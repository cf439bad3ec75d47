/** `kubectl heroes render`: every child of a platform, offline, from the same builders that the operator applies. */
import { stringify } from 'yaml';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Fault } from '@heroes/crds/validate.ts';
import { renderCredentials } from '../features/credentials/decide.ts';
import { decideSchedule } from '../features/schedule/decide.ts';
import type { Manifest } from '../platform/manifest.ts';
import type { Observed } from '../platform/observed.ts';
import { plan } from '../platform/plan.ts';
import { faultsOf } from '../platform/verdict.ts';
import { checkPlatform, platformsIn } from './documents.ts';
import { migratedJob } from './settled.ts';

export type Rendered =
  { readonly ok: true; readonly yaml: string } | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * @param text - YAML with one or more HeroesPlatforms; other kinds are passed over
 * @param nowMs - the time for which the floor is rendered, epoch milliseconds
 * @returns the children as one YAML stream, or every fault
 */
export function render(text: string, nowMs: number): Rendered {
  const found = platformsIn(text);
  if (!found.ok) return found;
  const each = found.objects.map((object) => renderOne(object, nowMs));
  const faults = each.flatMap((result) => (result.ok ? [] : result.faults));
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, yaml: each.map((result) => (result.ok ? result.yaml : '')).join('---\n') };
}

function renderOne(object: unknown, nowMs: number): Rendered {
  const checked = checkPlatform(object);
  if (!checked.ok) return checked;
  const { platform } = checked;
  const planned = plan(settled(platform), decideSchedule(platform.spec, nowMs), nowMs);
  if (planned.refusal !== undefined) return { ok: false, faults: faultsOf(planned.refusal) };
  const manifests = [renderCredentials(platform, 'credentials', {}), ...planned.desired()];
  return { ok: true, yaml: manifests.map((manifest) => stringify(applicable(manifest), STYLE)).join('---\n') };
}

/** kubectl and helm read YAML 1.1, in which a bare 08:05 is a number and a bare date a time. */
const STYLE = { lineWidth: 0, aliasDuplicateObjects: false, version: '1.1' } as const;

/** A platform whose migration has just succeeded, on a cluster that has all extensions: it has every child. */
function settled(platform: HeroesPlatform): Observed {
  return {
    platform,
    children: [migratedJob(platform)],
    pods: [],
    credentialsLost: false,
    monitoring: true,
    gateway: true,
    requestMetrics: true,
  };
}

/** The owner has no uid before the API server has seen it, and a reference without one would be refused. */
function applicable({ apiVersion, kind, metadata, ...body }: Manifest): object {
  const { name, namespace, labels, annotations } = metadata;
  const given = annotations === undefined ? {} : { annotations };
  return { apiVersion, kind, metadata: { name, namespace, labels, ...given }, ...body };
}
