/** What a schema cannot say of the API's resources: a request must fit its limit. */
import type { Spec } from '@heroes/crds/spec.ts';
import { accept, REASONS, refuse, type Verdict } from '../../platform/verdict.ts';

const FACTORS: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** @returns a Kubernetes quantity as a number of its base unit (cores, bytes). */
export function quantityValue(quantity: string): number {
  const [, digits = '0', unit = ''] = /^([\d.]+)(.*)$/.exec(quantity) ?? [];
  return Number(digits) * (FACTORS[unit] ?? 1);
}

/** @returns a refusal when a request exceeds its limit, which the API server would refuse only in the Deployment. */
export function decideResources(spec: Spec): Verdict<true> {
  const { requests, limits } = spec.api.resources;
  for (const resource of ['cpu', 'memory'] as const) {
    if (quantityValue(requests[resource]) <= quantityValue(limits[resource])) continue;
    const path = `spec.api.resources.requests.${resource}`;
    const message = `${requests[resource]} is more than the limit ${limits[resource]}: lower the request or raise limits.${resource}`;
    return refuse(REASONS.InvalidResources, path, message);
  }
  return accept(true);
}
