/** CPU and memory of containers: what a schema cannot say of them, and how the API server writes them. */
import type { Spec } from '@heroes/crds/spec.ts';
import { canonicalQuantity, quantityValue } from './quantity.ts';
import { accept, REASONS, refuse, type Verdict } from './verdict.ts';

type Quantities = Readonly<{ cpu?: string; memory?: string }>;

export interface Resources {
  readonly requests: Quantities;
  /** What is not named is not limited. */
  readonly limits: Quantities;
}

const KINDS = ['cpu', 'memory'] as const;

/** @returns a refusal when a request exceeds its limit, which the API server would refuse only in what makes the pods. */
export function decideResources({ api, edge, database }: Spec): Verdict<true> {
  const verdicts = [
    decideFit('spec.api.resources', api.resources),
    decideFit('spec.edge.resources', edge.resources),
    decideFit('spec.database.embedded.resources', database.embedded.resources),
  ];
  return verdicts.find(({ ok }) => !ok) ?? accept(true);
}

function decideFit(path: string, { requests, limits }: Resources): Verdict<true> {
  for (const kind of KINDS) {
    const [request, limit] = [requests[kind], limits[kind]];
    if (request === undefined || limit === undefined || quantityValue(request) <= quantityValue(limit)) continue;
    const message = `${request} is more than the limit ${limit}: lower the request or raise limits.${kind}`;
    return refuse(REASONS.InvalidResources, `${path}.requests.${kind}`, message);
  }
  return accept(true);
}

/** @returns the resources as the API server writes them, so that they look applied once they are. */
export const canonicalResources = ({ requests, limits }: Resources) => ({
  requests: canonicalQuantities(requests),
  limits: canonicalQuantities(limits),
});

const canonicalQuantities = (quantities: Quantities): Record<string, string> =>
  Object.fromEntries(
    KINDS.flatMap((kind) => {
      const quantity = quantities[kind];
      return quantity === undefined ? [] : [[kind, canonicalQuantity(quantity)]];
    }),
  );
