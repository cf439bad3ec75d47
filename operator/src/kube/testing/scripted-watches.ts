/** A client whose lists and watches follow a script, and a reflector on it. */
import { Registry } from 'prom-client';
import type { WatchEvent } from '../client.ts';
import { createKubeMetrics } from '../metrics.ts';
import { Reflector, type ReflectorOptions } from '../reflector.ts';
import type { KubeObject } from '../resource.ts';
import { Store, type Change } from '../store.ts';
import { RecordingLogger } from './recording-logger.ts';

const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };
/** The version of every list. */
const LISTED = '100';

export const object = (name: string, version: number): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n', resourceVersion: String(version) },
});

export const changed = (type: WatchEvent['type'], name: string, version: number): WatchEvent => ({
  type,
  object: { ...object(name, version), data: { version } },
});

export interface Script {
  /** What each list holds; nothing once there is no more. */
  readonly lists?: (() => KubeObject[])[];
  /** What each watch tells before it ends; the one after the last stays open. */
  readonly watches?: (() => WatchEvent[])[];
  /** What an open watch throws when it is broken off; otherwise it just ends. */
  readonly breaks?: Error;
}

/** Answers each list and each watch with the next step of a script. */
export function scripted({ lists = [], watches = [], breaks }: Script) {
  const asked: string[] = [];
  const list: ReflectorOptions['client']['list'] = async (_resource, _scope, options) => {
    asked.push('list');
    await Promise.resolve();
    const items = (lists.shift() ?? (() => []))();
    return { items: options?.each === undefined ? items : items.map(options.each), resourceVersion: LISTED };
  };
  const watch: ReflectorOptions['client']['watch'] = async function* (_resource, { resourceVersion }, signal) {
    asked.push(`watch ${resourceVersion}`);
    if (signal.aborted) return;
    const step = watches.shift();
    if (step === undefined) {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve, { once: true });
      });
      if (breaks !== undefined) throw breaks;
      return;
    }
    for (const event of step()) yield await Promise.resolve(event);
  };
  return { asked, client: { list, watch } };
}

/** Starts a reflector. */
export function start(
  client: ReflectorOptions['client'],
  options: Partial<Pick<ReflectorOptions, 'keep' | 'scope'>> = {},
) {
  const changes: Change[] = [];
  const store = new Store({ notify: (change) => changes.push(change) });
  const stop = new AbortController();
  const log = new RecordingLogger();
  const registry = new Registry();
  const metrics = createKubeMetrics(registry);
  const reflector = new Reflector({ client, resource: CONFIG_MAP, scope: {}, store, metrics, log, ...options });
  const ended = reflector.run(stop.signal);
  /** @returns a metric of the kind. */
  const measured = async (name: string): Promise<number> => {
    const { values = [] } = (await registry.getSingleMetric(`reflector_${name}`)?.get()) ?? {};
    return values[0]?.value ?? 0;
  };
  return { store, stop, reflector, ended, log, changes, measured };
}
