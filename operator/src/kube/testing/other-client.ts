/** What others do to the objects of the fake server meanwhile: it needs no requests, so that those counted are only ours. */
import type { KubeObject } from '../resource.ts';
import type { ObjectKey, ObjectStore } from './object-store.ts';
import type { FakeResource } from './resources.ts';
import { Writes } from './writes.ts';

export class OtherClient {
  readonly #store: ObjectStore;
  readonly #writes: Writes;
  readonly #resources: readonly FakeResource[];

  constructor(store: ObjectStore, resources: readonly FakeResource[]) {
    this.#store = store;
    this.#writes = new Writes(store);
    this.#resources = resources;
  }

  read(plural: string, key: ObjectKey): KubeObject | undefined {
    return this.#store.get(
      this.#resource((each) => each.plural === plural, plural),
      key,
    );
  }

  names(plural: string, namespace: string | undefined): string[] {
    const objects = this.#store.list(
      this.#resource((each) => each.plural === plural, plural),
      namespace,
    );
    return objects.map(({ metadata }) => metadata.name);
  }

  put(object: KubeObject, manager: string): KubeObject {
    const { kind, apiVersion, metadata } = object;
    const resource = this.#resource((each) => each.kind === kind && each.apiVersion === apiVersion, kind);
    const live = this.#store.get(resource, metadata);
    const version = live === undefined ? {} : { resourceVersion: live.metadata.resourceVersion };
    const body = JSON.stringify({ ...object, metadata: { ...metadata, ...version } });
    const place = { resource, apiVersion, namespace: metadata.namespace, isStatus: false };
    const route =
      live === undefined
        ? { ...place, verb: 'create' as const, name: undefined }
        : { ...place, verb: 'replace' as const, name: metadata.name };
    return this.#writes.answer({ route, query: { fieldManager: manager }, body, userAgent: '' }).body as KubeObject;
  }

  remove(plural: string, { name, namespace }: ObjectKey): void {
    const resource = this.#resource((each) => each.plural === plural, plural);
    const { apiVersion } = resource;
    const route = { verb: 'delete', resource, apiVersion, namespace, name, isStatus: false } as const;
    this.#writes.answer({ route, query: {}, body: '', userAgent: '' });
  }

  #resource(is: (resource: FakeResource) => boolean, name: string): FakeResource {
    const resource = this.#resources.find(is);
    if (resource === undefined) throw new Error(`the fake server does not serve ${name}`);
    return resource;
  }
}
