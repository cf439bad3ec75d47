/** HeroesPlatforms in a file, and everything that is wrong with them. */
import { parseAllDocuments } from 'yaml';
import { API_VERSION, KIND, type HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Spec } from '@heroes/crds/spec.ts';
import { parsePlatform, type Fault } from '@heroes/crds/validate.ts';
import { timeZoneFaults } from '../features/schedule/decide.ts';
import { scheduleFaults } from '../features/schedule/faults.ts';

export type Documents =
  | { readonly ok: true; readonly objects: readonly unknown[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** @returns the HeroesPlatforms of a YAML stream, one at least; other kinds are passed over. */
export function platformsIn(text: string): Documents {
  const documents = parseAllDocuments(text);
  const syntax = documents.flatMap((document) => ('errors' in document ? document.errors : []));
  if (syntax.length > 0) {
    const faults = syntax.map(({ message }) => ({ path: 'YAML', message: message.split('\n')[0] ?? '' }));
    return { ok: false, faults };
  }
  const objects = documents
    .flatMap((document) => ('toJS' in document ? [document.toJS() as unknown] : []))
    .filter(isPlatform);
  if (objects.length > 0) return { ok: true, objects };
  const message = `holds no ${KIND}: write one, with apiVersion ${API_VERSION} and kind ${KIND}`;
  return { ok: false, faults: [{ path: 'document', message }] };
}

const isPlatform = (object: unknown): boolean =>
  typeof object === 'object' && object !== null && 'kind' in object && object.kind === KIND;

export type Checked =
  { readonly ok: true; readonly platform: HeroesPlatform } | { readonly ok: false; readonly faults: readonly Fault[] };

/** @returns the platform that an object is, or all that the API server and the operator would refuse of it. */
export function checkPlatform(object: unknown): Checked {
  const parsed = parsePlatform(object);
  const { platform } = parsed;
  if (platform === undefined) return parsed;
  const refused = parsed.ok ? [] : parsed.faults.filter(({ path }) => !path.startsWith(CALENDARS));
  const faults = [...refused, ...refusedOf(platform.spec)];
  return faults.length > 0 ? { ok: false, faults } : { ok: true, platform };
}

/** @returns all that the operator refuses of a time zone and a schedule, which the API server may have taken. */
export const refusedOf = (spec: Spec): Fault[] => [...timeZoneFaults(spec), ...scheduleFaults(spec)];

/** Whatever rules say of it, is said of the very term, period or date by {@link scheduleFaults}. */
const CALENDARS = 'spec.schedule.calendars';
