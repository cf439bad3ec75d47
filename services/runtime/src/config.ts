/** Settings from the environment. */
import type { Static, TObject } from 'typebox';
import { Value } from 'typebox/value';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param schema - one property a variable, each with a description; secrets need none of their value shown, and none is
 * @returns the settings, numbers converted and defaults in place
 * @throws Error with one line a fault: the variable, what is wrong, what it is for; never a value
 */
export function readConfig<T extends TObject>(schema: T, environment: Environment): Static<T> {
  const given = Object.fromEntries(
    Object.keys(schema.properties).flatMap((name) =>
      environment[name] === undefined ? [] : [[name, environment[name]]],
    ),
  );
  const value = Value.Default(schema, Value.Convert(schema, given));
  const faults = Value.Errors(schema, value).map((error) => describe(schema, error));
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return value as Static<T>;
}

interface Fault {
  readonly instancePath: string;
  readonly message: string;
  readonly params?: object;
}

function describe(schema: TObject, { instancePath, message, params = {} }: Fault): string {
  const missing = 'requiredProperties' in params ? (params.requiredProperties as string[]) : [];
  const names = instancePath === '' ? missing : [instancePath.slice(1)];
  const about = names.map(
    (name) => (schema.properties[name] as { description?: string } | undefined)?.description ?? '',
  );
  return `${names.join(', ')}: ${message}. ${about.join(' ')}`.trim();
}
