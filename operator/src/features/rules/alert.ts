/** What all alerts of a platform have in common. */

/** Where the runbook pages are published; a page is named after its alert. */
export const RUNBOOK_BASE_URL = 'https://github.com/heroes-in-waiting/platform/blob/main/docs/runbooks';

export interface RulesInput {
  readonly name: string;
  readonly namespace: string;
}

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RulesSpec {
  readonly groups: readonly { readonly name: string; readonly interval: string; readonly rules: readonly Alert[] }[];
}

/** Series of the platform's API pods, whatever pod they come from. */
export const ofApi = ({ namespace, name }: RulesInput, ...matchers: string[]): string =>
  `{${[`namespace="${namespace}"`, `job="${namespace}/${name}-api"`, ...matchers].join(',')}}`;

/** Series of the platform's edge pods. */
export const ofEdge = ({ namespace, name }: RulesInput, ...matchers: string[]): string =>
  `{${[`namespace="${namespace}"`, `job="${namespace}/${name}-edge"`, ...matchers].join(',')}}`;

/** Series of the operator that speak of the platform. */
export const ofPlatform = ({ namespace, name }: RulesInput): string =>
  `{namespace="${namespace}",heroesplatform="${name}"}`;

export interface AlertParts {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  readonly description: string;
}

/** @returns the alert, with the platform's labels and its runbook. */
export function alert({ namespace, name }: RulesInput, { severity, summary, description, ...rule }: AlertParts): Alert {
  return {
    ...rule,
    labels: { severity, namespace, heroesplatform: name },
    annotations: { summary, description, runbook_url: `${RUNBOOK_BASE_URL}/${rule.alert}.md` },
  };
}
