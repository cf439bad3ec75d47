/** Label and field selectors, as far as our clients use them. */
import type { KubeObject } from '../resource.ts';
import { badRequest } from './statuses.ts';

export type Selector = (object: KubeObject) => boolean;

const REQUIREMENT = /^(?<not>!?)(?<name>[A-Za-z0-9./_-]+)(?:(?<operator>==?|!=)(?<value>[A-Za-z0-9._-]*))?$/;

/** @returns whether an object is selected. @throws Refusal 400 for a selector that is malformed or not known here. */
export function selectorOf(query: Readonly<Record<string, string>>): Selector {
  const labels = requirements(query.labelSelector).map(
    (matches): Selector =>
      ({ metadata }) =>
        matches(metadata.labels ?? {}),
  );
  const fields = requirements(query.fieldSelector).map(
    (matches): Selector =>
      ({ metadata: { name, namespace = '' } }) =>
        matches({ 'metadata.name': name, 'metadata.namespace': namespace }),
  );
  return (object) => [...labels, ...fields].every((matches) => matches(object));
}

function requirements(text = ''): ((values: Readonly<Record<string, string>>) => boolean)[] {
  return text === '' ? [] : text.split(',').map((each) => requirement(each, text));
}

function requirement(text: string, whole: string): (values: Readonly<Record<string, string>>) => boolean {
  const { not, name = '', operator, value } = REQUIREMENT.exec(text.trim())?.groups ?? {};
  if (name === '' || (not === '!' && operator !== undefined))
    throw badRequest(`unable to parse requirement: "${text}" in selector "${whole}"`);
  if (operator === undefined) return (values) => (values[name] === undefined) === (not === '!');
  return (values) => (values[name] === value) === (operator !== '!=');
}
