/** What a schema cannot say of the API's resources: a request must fit its limit. */
import type { Spec } from '@heroes/crds/spec.ts';
import { quantityValue } from '../../platform/quantity.ts';
import { accept, REASONS, refuse, type Verdict } from '../../platform/verdict.ts';

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
