/** The setting RETENTION_POLICY: for each class of data, how long it is kept, what for, and why so long. */
import { createHash } from 'node:crypto';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';

const Rule = Type.Object(
  {
    class: Type.String({ pattern: '^[A-Z][A-Za-z]{0,29}$' }),
    /** Whole days, as `90d`. */
    maxAge: Type.String({ pattern: '^[1-9][0-9]{0,3}d$' }),
    purpose: Type.String({ minLength: 1, maxLength: 300 }),
    need: Type.String({ minLength: 1, maxLength: 300 }),
  },
  { additionalProperties: false },
);
const Rules = Type.Array(Rule, { maxItems: 50 });

export interface RetentionRule {
  readonly class: string;
  readonly maxAgeDays: number;
  readonly purpose: string;
  readonly need: string;
}

export interface RetentionPolicy {
  /** A digest of the rules: evidence names by it what was in force. */
  readonly version: string;
  readonly rules: readonly RetentionRule[];
}

/** As spec.privacy.retention of a HeroesPlatform has them. */
export type RetentionRules = Static<typeof Rules>;

/** @returns the policy that JSON says. @throws Error with what is wrong with it. */
export function parseRetentionPolicy(json: string): RetentionPolicy {
  const rules = rulesOf(json);
  const classes = rules.map((rule) => rule.class);
  const twice = classes.find((each, index) => classes.indexOf(each) !== index);
  if (twice !== undefined) throw new Error(`RETENTION_POLICY: ${twice} has more than one rule`);
  return retentionPolicy(rules);
}

/** @returns the policy of rules; their order does not matter. */
export function retentionPolicy(rules: RetentionRules): RetentionPolicy {
  const ordered = rules
    .map(({ class: kept, maxAge, purpose, need }) => ({
      class: kept,
      maxAgeDays: Number.parseInt(maxAge, 10),
      purpose,
      need,
    }))
    .sort((a, b) => (a.class < b.class ? -1 : 1));
  const version = createHash('sha256').update(JSON.stringify(ordered)).digest('hex').slice(0, 16);
  return { version, rules: ordered };
}

const DAY_MS = 86_400_000;

/** @returns the time before which what is of a rule's class is due. */
export const cutoffOf = ({ maxAgeDays }: Pick<RetentionRule, 'maxAgeDays'>, nowMs: number): Date =>
  new Date(nowMs - maxAgeDays * DAY_MS);

function rulesOf(json: string): RetentionRules {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Error('RETENTION_POLICY: not JSON. Give it the rules of spec.privacy.retention.');
  }
  const faults = Value.Errors(Rules, value).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);
  if (faults.length > 0) throw new Error(`RETENTION_POLICY: ${faults.join('; ')}`);
  return value as RetentionRules;
}
