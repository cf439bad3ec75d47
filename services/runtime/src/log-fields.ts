/**
 * What a log line may hold. A field that is not named here is left out, however deep in an object it stands and whatever it is
 * called: that nothing of a person gets into a log does not depend on anybody's remembering it. Names are those of the Elastic
 * Common Schema, and `heroes.` where it has none.
 */
import { scrub } from './scrub.ts';

type Value = string | number | boolean | null | readonly (string | number | boolean)[];
type Fields = Record<string, unknown>;

interface Field {
  /** In the line. */
  readonly name: string;
  /** The form of a word that we write ourselves; what is not of it came from elsewhere and is not shown. */
  readonly form?: RegExp;
  /** What a number is multiplied with, for another unit. Without this and a form it is a text, of which what may be a person's is taken out. */
  readonly times?: number;
}

/** One of a few: no digits, as codes, addresses, ids and tokens have them. */
const WORD = /^[A-Za-z][A-Za-z_.-]{0,59}$/;

const word = (name: string, form: RegExp = WORD): Field => ({ name, form });
const number = (name: string, times = 1): Field => ({ name, times });

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** @returns fields that the schema has no name for. */
const heroes = (names: string, field: Omit<Field, 'name'>): Record<string, Field> =>
  Object.fromEntries(names.split(' ').map((each) => [each, { ...field, name: `heroes.${snake(each)}` }]));

const REQUEST_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^r-\d+$/;
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** By the name under which it is logged. */
const FIELDS: Readonly<Record<string, Field>> = {
  method: word('http.request.method', /^[A-Z]{3,10}$/),
  route: word('http.route', /^(\/[\w:.*-]*)+$|^unmatched$/),
  status_code: number('http.response.status_code'),
  durationMs: number('event.duration', 1e6),
  reqId: word('http.request.id', REQUEST_ID),
  requestId: word('http.request.id', REQUEST_ID),
  reason: { name: 'event.reason' },
  'trace.id': word('trace.id', /^[0-9a-f]{32}$/),
  'span.id': word('span.id', /^[0-9a-f]{16}$/),
  ...heroes('migrations', { form: /^\d{4}-[a-z-]+$/ }),
  ...heroes('archive removed', { form: /^heroes-\d{8}T\d{6}Z\.dump(\.\w+)?$/ }),
  ...heroes('cutoff refreshedAt', { form: TIME }),
  ...heroes('messageId', { form: REQUEST_ID }),
  ...heroes('policyVersion', { form: /^[0-9a-f]{16}$/ }),
  ...heroes('signal destination state phase class topic job kind action bottleneck priority table missing', {
    form: WORD,
  }),
  ...heroes(
    'sizeBytes tables lessons rows attempts attempt sequence entries delivered failed escalated deleted exports classrooms requests',
    { times: 1 },
  ),
};

/** A line holds no more of a list than this. */
const MOST_ITEMS = 50;
const MOST_LETTERS = 200;
const MOST_FRAMES = 12;
const MOST_CAUSES = 3;

/** @returns the fields of a line, by their names in it; how many were left out is one of them. */
export function fieldsOf(given: Readonly<Fields>): Fields {
  const fields: Fields = {};
  let dropped = 0;
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (key === 'err' || key === 'error') {
      Object.assign(fields, errorFields(value));
      continue;
    }
    const field = Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined;
    const shown = field === undefined ? undefined : shownAs(field, value);
    if (field === undefined || shown === undefined) dropped++;
    else fields[field.name] = shown;
  }
  return dropped === 0 ? fields : { ...fields, 'heroes.dropped_fields': dropped };
}

function shownAs(field: Field, value: unknown): Value | undefined {
  if (field.times !== undefined)
    return typeof value === 'number' && Number.isFinite(value) ? value * field.times : undefined;
  if (!Array.isArray(value)) return lettersOf(field, value);
  const items = value.slice(0, MOST_ITEMS).map((item) => lettersOf(field, item));
  return items.filter((item) => item !== undefined);
}

function lettersOf({ form }: Field, value: unknown): string | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (typeof value !== 'string') return undefined;
  if (form === undefined) return scrub(value);
  return form.test(value) ? value.slice(0, MOST_LETTERS) : '[…]';
}

const wordOf = (value: string): string => lettersOf({ name: '', form: /^[\w.-]{1,60}$/ }, value) ?? '';

/**
 * @returns what is told of an error: its kind, its code, its message without what may be a person's, and where it arose; not its
 *   other properties, since those of the database's errors hold rows.
 */
function errorFields(error: unknown): Fields {
  if (!(error instanceof Error)) return { 'error.type': typeof error };
  const { code } = error as { readonly code?: unknown };
  const causes = causesOf(error);
  return {
    'error.type': wordOf(error.name),
    ...(typeof code === 'string' ? { 'error.code': wordOf(code) } : {}),
    'error.message': scrub(error.message),
    'error.stack_trace': framesOf(error),
    ...(causes.length === 0 ? {} : { 'heroes.causes': causes }),
  };
}

/** The stack begins with the message, which may go over several lines. */
function framesOf({ stack = '' }: Error): string {
  const frames = stack.split('\n').filter((line) => /^ {4}at .*[:)]/.test(line) && !/["'`@?]/.test(line));
  return frames.slice(0, MOST_FRAMES).join('\n');
}

function causesOf(error: Error): string[] {
  const causes: string[] = [];
  for (
    let { cause } = error;
    cause instanceof Error && causes.length < MOST_CAUSES;
    cause = cause.cause as Error | undefined
  ) {
    const { code } = cause as { readonly code?: unknown };
    causes.push([wordOf(cause.name), typeof code === 'string' ? wordOf(code) : '', scrub(cause.message)].join(' '));
  }
  return causes;
}
