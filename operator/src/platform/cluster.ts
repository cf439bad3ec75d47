/** What a reconcile needs of Kubernetes. `kube/` is behind it; nothing here knows how it talks. */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Status } from '@heroes/crds/status.ts';
import type { Propagation } from '../kube/client.ts';
import type { Extension, Kind } from './kinds.ts';
import type { Manifest } from './manifest.ts';
import type { Live } from './observed.ts';

export interface Key {
  readonly namespace: string;
  readonly name: string;
}

export interface Reader {
  /** @returns the platform from the cache, or undefined when it is gone. */
  platform(key: Key): HeroesPlatform | undefined;
  /** @returns the objects of a kind in a namespace that the operator labelled for a platform, from the cache. */
  labelled(kind: Kind, key: Key): readonly Live[];
  /** @returns whether the cluster knows the kinds of an extension. */
  has(extension: Extension): boolean;
  /** @returns whether the cluster tells autoscalers how many requests API pods have in flight; undefined until that is known. */
  requestMetrics(): boolean | undefined;
}

/** A field of a child that is left to another manager, since that one declares it. */
export interface Yielded {
  readonly field: string;
  readonly manager: string;
}

export interface Writer {
  /**
   * Server-side apply. @returns the object then held, and the fields left to others.
   * @throws RefusedError when the API server will never accept the object as it is.
   */
  apply(
    manifest: Manifest,
    options: { readonly dryRun: boolean },
  ): Promise<{ readonly live: Live; readonly yielded: readonly Yielded[] }>;
  /** Asks whether an object could be made anew under its name, by a dry run under another. @throws RefusedError if not. */
  rehearseAnew(manifest: Manifest): Promise<void>;
  /** Creates an object. @returns false when one of that name exists, which is left as it is. */
  create(manifest: Manifest, options: { readonly dryRun: boolean }): Promise<boolean>;
  /** Deletes an object if it still is the one that was seen; with `Orphan`, its pods stay and wait for another. */
  remove(object: Live, propagation?: Propagation): Promise<void>;
  report(platform: HeroesPlatform, status: Status): Promise<void>;
  /** Sets the finalizer, or takes it off. */
  finalize(platform: HeroesPlatform, options: { readonly present: boolean }): Promise<void>;
}

export interface PlatformEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export interface Recorder {
  /** Writes an Event; one that is lost stops nobody. */
  record(platform: HeroesPlatform, event: PlatformEvent): Promise<void>;
}

/** The API server will not accept an object however often it is asked: the user must act. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  /** Whether it is refused because a field cannot change, so that it could be made anew. */
  readonly immutable: boolean;

  constructor(message: string, { immutable = false }: { readonly immutable?: boolean } = {}) {
    super(message);
    this.immutable = immutable;
  }
}
