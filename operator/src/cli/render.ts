/** `kubectl heroes render`: every child of a platform, offline, from the same builders that the operator applies. */
import { parseAllDocuments, stringify } from 'yaml';
import { API_VERSION, KIND, type HeroesPlatform } from '@heroes/crds/platform.ts';
import { parsePlatform, type Fault } from '@heroes/crds/validate.ts';
import { renderCredentials } from '../features/credentials/decide.ts';
import { decideSchedule } from '../features/schedule/decide.ts';
import type { Manifest } from '../platform/manifest.ts';
import type { Observed } from '../platform/observed.ts';
import { plan } from '../platform/plan.ts';
import { migratedJob } from './settled.ts';

export type Rendered =
  { readonly ok: true; readonly yaml: string } | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * @param text - YAML with one or more HeroesPlatforms; other kinds are passed over
 * @param nowMs - the time for which the floor is rendered, epoch milliseconds
 * @returns the children as one YAML stream, or every fault
 */
export function render(text: string, nowMs: number): Rendered {
  const documents = parseAllDocuments(text);
  const syntax = documents.flatMap((document) => ('errors' in document ? document.errors : []));
  if (syntax.length > 0) {
    const faults = syntax.map(({ message }) => ({ path: 'YAML', message: message.split('\n')[0] ?? '' }));
    return { ok: false, faults };
  }
  const objects = documents.flatMap((document) => ('toJS' in document ? [document.toJS() as unknown] : []));
  const platforms = objects.filter(isPlatform);
  if (platforms.length === 0) {
    const message = `holds no ${KIND}: write one, with apiVersion ${API_VERSION} and kind ${KIND}`;
    return { ok: false, faults: [{ path: 'document', message }] };
  }
  const each = platforms.map((object) => renderOne(object, nowMs));
  const faults = each.flatMap((result) => (result.ok ? [] : result.faults));
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, yaml: each.map((result) => (result.ok ? result.yaml : '')).join('---\n') };
}

const isPlatform = (object: unknown): boolean =>
  typeof object === 'object' && object !== null && 'kind' in object && object.kind === KIND;

function renderOne(object: unknown, nowMs: number): Rendered {
  const parsed = parsePlatform(object);
  if (!parsed.ok) return parsed;
  const { platform } = parsed;
  const planned = plan(settled(platform), decideSchedule(platform.spec, nowMs), nowMs);
  if (planned.refusal !== undefined) return { ok: false, faults: [planned.refusal] };
  const manifests = [renderCredentials(platform, 'credentials', {}), ...planned.desired()];
  return { ok: true, yaml: manifests.map((manifest) => stringify(applicable(manifest), STYLE)).join('---\n') };
}

/** kubectl and helm read YAML 1.1, in which a bare 08:05 is a number and a bare date a time. */
const STYLE = { lineWidth: 0, aliasDuplicateObjects: false, version: '1.1' } as const;

/** A platform whose migration has just succeeded, on a cluster that runs the Prometheus operator: it has every child. */
function settled(platform: HeroesPlatform): Observed {
  return {
    platform,
    children: [migratedJob(platform)],
    pods: [],
    credentialsLost: false,
    monitoring: true,
    requestMetrics: true,
  };
}

/** The owner has no uid before the API server has seen it, and a reference without one would be refused. */
function applicable({ apiVersion, kind, metadata, ...body }: Manifest): object {
  const { name, namespace, labels, annotations } = metadata;
  const given = annotations === undefined ? {} : { annotations };
  return { apiVersion, kind, metadata: { name, namespace, labels, ...given }, ...body };
}
