/**
 * The ports of a reconcile, by a cluster that remembers: it holds what is applied, tells every write in the order in which it was
 * done, answers as it is told to, and can be cut off after any write, as when the operator is killed.
 */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { KubeObject } from '../../kube/resource.ts';
import type { PlatformEvent, Reader, Recorder, Writer, Yielded } from '../cluster.ts';
import { keeper } from '../held.ts';
import { kindOf, type Extension } from '../kinds.ts';
import type { Manifest } from '../manifest.ts';
import { DATA_FINALIZER, FIELD_MANAGER, INSTANCE_LABEL } from '../names.ts';
import type { Live, LiveStatus } from '../observed.ts';
import { platformWith } from './platforms.ts';

/** The operator was killed. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

const idOf = ({ kind, metadata }: { readonly kind: string; readonly metadata: { readonly name: string } }): string =>
  `${kind}/${metadata.name}`;

/** What another than the operator made; in the platform's namespace, and labelled for it, unless it says otherwise. */
export interface Made {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Partial<KubeObject['metadata']> & { readonly name: string };
  readonly [field: string]: unknown;
}

export class FakeCluster implements Reader, Writer, Recorder {
  /** The children that it holds, as `Kind/name`. */
  readonly objects = new Map<string, Live>();
  /** The same, as they were last applied. */
  readonly manifests = new Map<string, Manifest>();
  readonly secrets = new Set<string>();
  readonly writes: string[] = [];
  readonly events: PlatformEvent[] = [];
  /** Objects that it holds in a way of its own, so that what is owned never equals what was applied. */
  readonly heldOtherwise = new Set<string>();
  /** Fields of objects that are declared by others. */
  readonly declared = new Map<string, readonly Yielded[]>();
  /** Objects that stay for a while after they are deleted, as volumes that are in use do. */
  readonly lingering = new Set<string>();
  pods: Live[] = [];
  object: HeroesPlatform | undefined;
  hasMonitoring = true;
  hasGateway = false;
  hasRequestMetrics = true;
  /** The time that its API server has, epoch milliseconds. */
  nowMs = Date.UTC(2026, 10, 24, 11);
  /** @returns what a write fails with, which is told as `apply Service demo-api`. */
  faultOf: (write: string) => Error | undefined = () => undefined;
  #version = 0;
  #writesLeft = Infinity;

  constructor(spec: object = {}, metadata: object = {}) {
    this.object = platformWith(spec, metadata);
  }

  /** Ends the operator after so many more writes: it hears nothing of the last one. */
  killAfter(writes: number): void {
    this.#writesLeft = writes;
  }

  /** Changes the spec, as a user does. */
  edit(spec: object): void {
    if (this.object === undefined) return;
    const { metadata } = this.object;
    const generation = (metadata.generation ?? 0) + 1;
    this.object = {
      ...this.object,
      metadata: { ...metadata, generation },
      spec: platformWith({ ...this.object.spec, ...spec }).spec,
    };
  }

  /** Deletes the platform, as a user does. */
  delete(): void {
    if (this.object === undefined) return;
    const metadata = { ...this.object.metadata, deletionTimestamp: '2026-11-24T12:00:00Z' };
    this.object = (metadata.finalizers ?? []).length === 0 ? undefined : { ...this.object, metadata };
  }

  /** Holds an object, as another than the operator made it. */
  put(object: Made): void {
    const metadata = { namespace: 'test', labels: { [INSTANCE_LABEL]: 'demo' }, ...object.metadata };
    const kept = keeper(object)({ ...object, metadata });
    this.objects.set(idOf(kept), kept);
  }

  /** Sets the status of an object, as its controller would. */
  settle(id: string, status: LiveStatus): void {
    const object = this.objects.get(id);
    if (object === undefined) throw new Error(`${id} was not applied`);
    this.objects.set(id, { ...object, status });
  }

  platform = (): HeroesPlatform | undefined => this.object;
  has = (extension: Extension): boolean => (extension === 'monitoring' ? this.hasMonitoring : this.hasGateway);
  requestMetrics = (): boolean => this.hasRequestMetrics;
  labelled: Reader['labelled'] = (kind, { name }) =>
    (kind.kind === 'Pod' ? this.pods : [...this.objects.values()]).filter(
      (object) => object.kind === kind.kind && object.metadata.labels?.[INSTANCE_LABEL] === name,
    );

  apply: Writer['apply'] = async (manifest, { dryRun }) => {
    const yielded = this.declared.get(idOf(manifest)) ?? [];
    return this.#write(`${dryRun ? 'rehearse' : 'apply'} ${manifest.kind} ${manifest.metadata.name}`, () => ({
      live: dryRun ? this.#kept(manifest, '0') : this.#hold(manifest),
      yielded,
    }));
  };

  rehearseAnew: Writer['rehearseAnew'] = async (manifest) =>
    this.#write(`rehearse anew ${manifest.kind} ${manifest.metadata.name}`, () => undefined);

  create: Writer['create'] = async (manifest, { dryRun }) => {
    const { name } = manifest.metadata;
    const missing = !this.secrets.has(name);
    const told = dryRun ? `ask for ${manifest.kind} ${name}` : `create ${manifest.kind} ${name}`;
    if (!missing && !dryRun) return false;
    return this.#write(told, () => {
      if (!dryRun) this.secrets.add(name);
      return missing;
    });
  };

  remove: Writer['remove'] = async (object, propagation) =>
    this.#write(
      `remove ${object.kind} ${object.metadata.name}${propagation === 'Orphan' ? ', not its pods' : ''}`,
      () => {
        const metadata = { ...object.metadata, deletionTimestamp: '2026-11-24T12:00:00Z' };
        if (this.lingering.has(idOf(object))) this.objects.set(idOf(object), { ...object, metadata });
        else this.objects.delete(idOf(object));
      },
    );

  finalize: Writer['finalize'] = async (platform, { present }) =>
    this.#write(`finalizer ${present ? 'set' : 'off'}`, () => {
      const metadata = { ...platform.metadata, finalizers: present ? [DATA_FINALIZER] : [] };
      const goes = !present && metadata.deletionTimestamp !== undefined;
      this.object = goes ? undefined : { ...platform, metadata };
    });

  report: Writer['report'] = async (platform, status) =>
    this.#write('report', () => {
      if (this.object !== undefined) this.object = { ...platform, status };
    });

  record = async (_platform: HeroesPlatform, event: PlatformEvent): Promise<void> => {
    await Promise.resolve();
    this.events.push(event);
  };

  async #write<T>(told: string, done: () => T): Promise<T> {
    await Promise.resolve();
    if (this.#writesLeft <= 0) throw new Killed();
    const fault = this.faultOf(told);
    if (fault !== undefined) throw fault;
    this.writes.push(told);
    const result = done();
    const isWrite = !told.startsWith('rehearse') && !told.startsWith('ask');
    if (isWrite) this.#writesLeft -= 1;
    if (this.#writesLeft <= 0) throw new Killed();
    return result;
  }

  #hold(manifest: Manifest): Live {
    this.#version += 1;
    const id = idOf(manifest);
    const { status } = this.objects.get(id) ?? {};
    const object = { ...this.#kept(manifest, String(this.#version)), ...(status === undefined ? {} : { status }) };
    this.objects.set(id, object);
    this.manifests.set(id, manifest);
    return object;
  }

  /** What the cache would keep of an object that was just applied. */
  #kept(manifest: Manifest, resourceVersion: string): Live {
    const id = idOf(manifest);
    const { apiVersion: _apiVersion, kind: _kind, metadata, ...fields } = manifest;
    const { name: _name, namespace: _namespace, ...meta } = metadata;
    const taken = this.heldOtherwise.has(id) || (this.declared.get(id) ?? []).length > 0;
    const fieldsV1 = { 'f:metadata': wholes(meta), ...(taken ? {} : wholes(fields)) };
    const time = new Date(this.nowMs).toISOString();
    const managedFields = [{ manager: FIELD_MANAGER, operation: 'Apply', time, fieldsV1 }];
    const object = { ...manifest, metadata: { ...metadata, resourceVersion, generation: 1, managedFields } };
    return keeper(kindOf(manifest))(object);
  }
}

/** An account of fields that are ours as a whole. */
const wholes = (fields: object): object => Object.fromEntries(Object.keys(fields).map((name) => [`f:${name}`, {}]));
