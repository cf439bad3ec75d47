/** What a reconcile needs of Kubernetes. `kube/` is behind it; nothing here knows how it talks. */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Status } from '@heroes/crds/status.ts';
import type { Kind } from './kinds.ts';
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
  /** @returns whether the cluster knows the Prometheus operator's kinds. */
  monitoring(): boolean;
}

export interface Writer {
  /** Server-side apply. @throws RefusedError when the API server will never accept the object as it is. */
  apply(manifest: Manifest, options: { readonly dryRun: boolean }): Promise<Live>;
  /** Creates an object that must not exist yet. @throws Error when it does, so that a stale cache never overwrites it. */
  create(manifest: Manifest): Promise<void>;
  /** Deletes an object if it still is the one that was seen. */
  remove(kind: Kind, object: Live): Promise<void>;
  report(platform: HeroesPlatform, status: Status): Promise<void>;
}

export interface PlatformEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export interface Recorder {
  /** Writes an Event in the background. */
  record(platform: HeroesPlatform, event: PlatformEvent): void;
}

/** The API server will not accept an object however often it is asked: the user must act. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}
