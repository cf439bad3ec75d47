/** How long what is of somebody is kept: the defaults, and the schema by which a district sets its own. */
import { Type, type Static } from 'typebox';
import { listByKey } from './primitives.ts';

interface Default {
  readonly maxAge: string;
  readonly purpose: string;
  readonly need: string;
}

/**
 * By class: for how long it is kept unless the district says otherwise, what for, and why so long (16 CFR 312.10 asks for all
 * three). The deletion itself is in migrations/src/retention.ts; a test compares the classes.
 */
export const RETENTION_DEFAULTS = {
  Operational: {
    maxAge: '7d',
    purpose: 'Requests that are sent again are done once; people stay signed in; messages are delivered.',
    need: 'A device that was offline for a week can still send again what it had sent.',
  },
  Export: {
    maxAge: '7d',
    purpose: 'Whoever asked for a file can fetch it.',
    need: 'A file is made anew at any time; the contents are gone when its link has expired.',
  },
  CheckIn: {
    maxAge: '30d',
    purpose: 'A facilitator sees how the class feels, and who needs help.',
    need: 'A month shows whether things get better; an older feeling helps nobody.',
  },
  ActivityResponse: {
    maxAge: '90d',
    purpose: 'A class talks about what it answered.',
    need: 'A unit of lessons comes back to its answers within a term.',
  },
  HelpSignal: {
    maxAge: '365d',
    purpose: 'A child’s call for help is answered, and it can be shown that it was.',
    need: 'Schools review within a school year how calls for help were handled.',
  },
  IncidentReport: {
    maxAge: '365d',
    purpose: 'Bullying that was reported is looked into, and what repeats is recognised.',
    need: 'Investigations and their review end within a school year.',
  },
  StudentSession: {
    maxAge: '90d',
    purpose: 'A student comes back under the same alias and goes on where it stopped.',
    need: 'Counted from when it was last seen: the longest break between two lessons is a summer.',
  },
  Classroom: {
    maxAge: '365d',
    purpose: 'A facilitator looks back at what a class was taught.',
    need: 'Counted from the class’s end: the next class is planned by the last one’s course.',
  },
  Account: {
    maxAge: '730d',
    purpose: 'Adults sign in and find their classes.',
    need: 'Counted from when it was last used: a teacher may be away for a school year and come back.',
  },
  Audit: {
    maxAge: '365d',
    purpose: 'Who did something can be named when it is looked into.',
    need: 'Misuse is often found months later; the entries themselves stay, without who it was.',
  },
  Evidence: {
    maxAge: '2190d',
    purpose: 'Consents, rights requests and deletions can be shown to those who may ask.',
    need: 'Claims can be made for up to six years after the fact.',
  },
} as const satisfies Readonly<Record<string, Default>>;

export type RetentionClass = keyof typeof RETENTION_DEFAULTS;

export const RETENTION_CLASSES = Object.keys(RETENTION_DEFAULTS) as RetentionClass[];

const sentence = (description: string) => Type.String({ minLength: 1, maxLength: 300, description });

const Rule = Type.Object(
  {
    class: Type.Enum(RETENTION_CLASSES, {
      type: 'string',
      maxLength: 20,
      description: 'Class of data; GET /v1/privacy/data-elements says what is of which.',
    }),
    maxAge: Type.String({
      minLength: 2,
      maxLength: 5,
      pattern: '^[1-9][0-9]{0,3}d$',
      description: 'How long it is kept, in whole days, as 90d. The daily job deletes what is older.',
    }),
    purpose: Type.Optional(sentence('What it is kept for; published. The default’s unless given.')),
    need: Type.Optional(sentence('Why it is kept so long; published. The default’s unless given.')),
  },
  { description: 'A class and its time.' },
);

export const Privacy = Type.Object(
  {
    retention: Type.Array(Rule, {
      ...listByKey('class', RETENTION_CLASSES.length),
      default: [],
      description: `How long what is kept, where it is not the default. Defaults: ${RETENTION_CLASSES.map(
        (each) => `${each} ${RETENTION_DEFAULTS[each].maxAge}`,
      ).join(', ')}.`,
    }),
  },
  { default: {}, description: 'How what is of somebody is treated.' },
);

export interface RetentionRule extends Default {
  readonly class: RetentionClass;
}

/** @returns the rules of every class: the district's, and the defaults of what it does not name. */
export function retentionRules({ retention }: Static<typeof Privacy>): readonly RetentionRule[] {
  const given = new Map(retention.map((rule) => [rule.class, rule]));
  return RETENTION_CLASSES.map((each) => ({ class: each, ...RETENTION_DEFAULTS[each], ...given.get(each) }));
}
