/**
 * The small types the schema is made of. Each carries the bounds that the API server needs to estimate the cost of a
 * CEL rule, and a pattern as strict as the thing itself, so that a wrong value is refused where it is written.
 */
import { Type, type TSchemaOptions, type TString } from 'typebox';

/** A rule the API server evaluates (Common Expression Language); `message` names the remedy. */
export interface Rule {
  readonly rule: string;
  readonly message: string;
}

/** The schema keyword under which the API server looks for CEL rules. */
export const RULES = 'x-kubernetes-validations';

/** @returns options that attach CEL rules to a schema node. */
export function rules(...all: readonly Rule[]): { readonly [RULES]: readonly Rule[] } {
  return { [RULES]: all };
}

/** Options of a list that merges by a key, so that two field managers can own different items. */
export function listByKey(key: string, maxItems: number) {
  return { maxItems, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key] };
}

/** A DNS label (RFC 1123), the form of every name that ends up in an object's name. */
export function dnsLabel(options: TSchemaOptions): TString {
  return Type.String({ minLength: 1, maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', ...options });
}

/**
 * A value in a Secret of the platform's namespace, which the operator does not read: pods do.
 * @param key - its key unless another one is given
 */
export function secretKey(key: string, description: string) {
  return Type.Object(
    {
      name: Type.String({
        minLength: 1,
        maxLength: 253,
        pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
        description: 'Name of the Secret, of this namespace.',
      }),
      key: Type.String({
        minLength: 1,
        maxLength: 253,
        pattern: '^[-._a-zA-Z0-9]+$',
        default: key,
        description: `Its key there. Default ${key}.`,
      }),
    },
    { description },
  );
}

/** A Kubernetes resource quantity that is positive: `500m`, `1`, `1Gi`. */
export function quantity(options: TSchemaOptions): TString {
  return Type.String({
    minLength: 1,
    maxLength: 16,
    pattern: '^[0-9]*[1-9][0-9]*(\\.[0-9]{1,3})?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$',
    ...options,
  });
}

/** A local calendar date, ISO 8601: `2026-08-17`. */
export function localDate(options: TSchemaOptions): TString {
  return Type.String({
    minLength: 10,
    maxLength: 10,
    pattern: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$',
    ...options,
  });
}

/** A local wall-clock time of day: `08:05`. */
export function localTime(options: TSchemaOptions): TString {
  return Type.String({ minLength: 5, maxLength: 5, pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', ...options });
}

/** An instant with its offset, RFC 3339: `2026-11-24T15:00:00Z`. The format refuses days that do not exist, the pattern what only resembles it. */
export function instant(options: TSchemaOptions): TString {
  return Type.String({
    format: 'date-time',
    minLength: 20,
    maxLength: 35,
    pattern:
      '^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$',
    ...options,
  });
}

/** A span of time of whole minutes, at most a day: `10m`, `1h`, `1h30m`. */
export function minutes(options: TSchemaOptions): TString {
  return Type.String({ minLength: 2, maxLength: 8, pattern: '^(([0-9]|1[0-9]|2[0-4])h)?([0-9]{1,4}m)?$', ...options });
}

const CRON_NUMBERS = ['[0-5]?[0-9]', '([01]?[0-9]|2[0-3])', '(0?[1-9]|[12][0-9]|3[01])', '(0?[1-9]|1[0-2])', '[0-6]'];

/** A five-field cron expression of numbers, `*`, ranges, lists and steps; no names, no seconds. */
export function cron(options: TSchemaOptions): TString {
  const fields = CRON_NUMBERS.map((n) => {
    const part = `(\\*|${n}(-${n})?)(/[1-9][0-9]?)?`;
    return `${part}(,${part})*`;
  });
  return Type.String({ minLength: 9, maxLength: 100, pattern: `^${fields.join(' ')}$`, ...options });
}

/** CPU and memory, with their defaults. @param what - completes "CPU …" and "Memory …" */
export const resourceList = (cpu: string, memory: string, what: string) =>
  Type.Object(
    {
      cpu: quantity({ default: cpu, description: `CPU ${what}. Default ${cpu}.` }),
      memory: quantity({ default: memory, description: `Memory ${what}. Default ${memory}.` }),
    },
    { default: {}, description: `CPU and memory ${what}.` },
  );

/** A name of the DNS that is no address: its last label begins with a letter. */
export function hostname(options: TSchemaOptions): TString {
  return Type.String({
    minLength: 3,
    maxLength: 253,
    pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\.[a-z]([-a-z0-9]*[a-z0-9])?$',
    ...options,
  });
}
