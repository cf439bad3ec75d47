/** A reflector at work on the ConfigMaps of a namespace, and what it has told. */
import { Reflector } from '../reflector.ts';
import type { KubeObject, Resource } from '../resource.ts';
import { Store } from '../store.ts';
import type { Connection } from './connecting.ts';
import type { FakeApiServer } from './fake-api-server.ts';
import { RecordingLogger } from './recording-logger.ts';

const MAPS: Resource = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };
const NAMESPACE = 'n';

/** @returns a ConfigMap of the namespace that is watched. */
export const configMap = (name: string, data: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: NAMESPACE },
  data,
});

export class Watcher {
  /** Each change that it told, as `added a`. */
  readonly told: string[] = [];
  readonly log = new RecordingLogger();
  readonly store: Store;
  readonly reflector: Reflector;
  #stop = new AbortController();

  constructor({ client, metrics }: Connection) {
    this.store = new Store({
      notify: ({ type, object }) => {
        this.told.push(`${type} ${object.metadata.name}`);
      },
    });
    const { log, store } = this;
    this.reflector = new Reflector({ client, resource: MAPS, scope: { namespace: NAMESPACE }, store, metrics, log });
  }

  /** Runs until it is stopped. */
  async run(): Promise<void> {
    this.#stop = new AbortController();
    await this.reflector.run(this.#stop.signal);
  }

  stop(): void {
    this.#stop.abort();
  }

  /** @returns the names of the objects that it holds otherwise than a server does, or that only one of them holds. */
  differences(server: FakeApiServer): string[] {
    const names = new Set([
      ...this.store.keys().map((key) => key.replace(/.*\//, '')),
      ...server.names('configmaps', NAMESPACE),
    ]);
    return [...names].filter((name) => {
      const held = this.store.get(`${NAMESPACE}/${name}`)?.metadata.resourceVersion;
      return held !== server.read('configmaps', { namespace: NAMESPACE, name })?.metadata.resourceVersion;
    });
  }
}
