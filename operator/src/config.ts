/** The operator's settings, from its environment and its flags. */
import { parseArgs } from 'node:util';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';

const port = (fallback: number, description: string) =>
  Type.Integer({ minimum: 0, maximum: 65_535, default: fallback, description });

const Settings = Type.Object({
  POD_NAME: Type.String({ minLength: 1, default: 'heroes-operator', description: 'Who holds the lease.' }),
  WATCH_NAMESPACES: Type.String({
    default: '',
    pattern: '^[a-z0-9,-]*$',
    description: 'Namespaces to serve, separated by commas; empty for all.',
  }),
  LOG_LEVEL: Type.Enum(['debug', 'info', 'warn', 'error'], { default: 'info', description: 'Least severe log line.' }),
  METRICS_PORT: port(8080, 'Port of /metrics.'),
  HEALTH_PORT: port(8081, 'Port of /healthz and /readyz.'),
  LEASE_NAME: Type.String({ minLength: 1, default: 'heroes-operator', description: 'Name of the Lease.' }),
  LEASE_NAMESPACE: Type.String({ minLength: 1, default: 'default', description: 'Namespace of the Lease.' }),
  LEASE_DURATION_SECONDS: Type.Integer({
    minimum: 3,
    maximum: 600,
    default: 15,
    description:
      'How long the Lease is good for when its holder falls silent; the holder gives up after two thirds of it.',
  }),
  WORKERS: Type.Integer({ minimum: 1, maximum: 100, default: 32, description: 'Platforms reconciled side by side.' }),
  RECONCILE_TIMEOUT_SECONDS: Type.Integer({
    minimum: 1,
    maximum: 3600,
    default: 120,
    description: 'How long a platform may be worked on before it is broken off and tried again.',
  }),
});

export type Config = Static<typeof Settings>;

/** @returns the settings, defaults in place. @throws Error with one line a fault: variable, what is wrong, what it is for. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const known = Object.keys(Settings.properties) as (keyof Config)[];
  const value = Value.Default(Settings, Object.fromEntries(known.flatMap((name) => pick(name, environment[name]))));
  const faults = Value.Errors(Settings, value).map(({ instancePath, message }) => {
    const name = instancePath.slice(1) as keyof Config;
    const { description = '' } = Settings.properties[name] as { readonly description?: string };
    return `${name}: ${message}. ${description}`;
  });
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return value as Config;
}

/**
 * @param argv - arguments, as `--watch-namespaces=a,b`: every setting is also a flag, which goes before the environment
 * @returns the settings given. @throws Error that names a flag which is not known.
 */
export function flags(argv: readonly string[]): Record<string, string> {
  const byFlag = new Map(Object.keys(Settings.properties).map((name) => [flagOf(name), name]));
  const options = Object.fromEntries([...byFlag.keys()].map((flag) => [flag, { type: 'string' as const }]));
  const { values } = parseArgs({ args: [...argv], options });
  return Object.fromEntries(Object.entries(values).map(([flag, value]) => [byFlag.get(flag) ?? flag, value ?? '']));
}

const flagOf = (name: string): string => name.toLowerCase().replaceAll('_', '-');

/** A number is read as such, whole or not: what is wrong with it is then said of it, and nothing is rounded. */
function pick(name: keyof Config, value: string | undefined): [string, string | number][] {
  if (value === undefined) return [];
  const isNumber = (Settings.properties[name] as { readonly type?: string }).type === 'integer';
  return [[name, isNumber && value.trim() !== '' ? Number(value) : value]];
}

/** @returns the namespaces to serve; none means all. */
export function watchedNamespaces({ WATCH_NAMESPACES }: Pick<Config, 'WATCH_NAMESPACES'>): string[] {
  return [...new Set(WATCH_NAMESPACES.split(','))].filter((namespace) => namespace !== '');
}
