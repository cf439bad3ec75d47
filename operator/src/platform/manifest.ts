/** The shape of what the operator applies: plain JSON, as it goes over the wire. */
import type { IObjectMeta } from '@kubernetes-models/apimachinery/apis/meta/v1/ObjectMeta';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childName, labels, type Component } from './names.ts';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly OwnerReference[];
    /** Only to apply onto the very object that was seen. */
    readonly resourceVersion?: string;
  };
  readonly [field: string]: unknown;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller: true;
  readonly blockOwnerDeletion: false;
}

/** @returns the owner reference by which garbage collection removes a child with its platform. */
export function ownerReference(platform: HeroesPlatform): OwnerReference {
  const { apiVersion, kind, metadata } = platform;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: false };
}

/** @returns the metadata of a child that belongs to a component and is removed with its platform. */
export function childMetadata(
  platform: HeroesPlatform,
  suffix: string,
  component: Component,
): Manifest['metadata'] & IObjectMeta {
  return {
    name: childName(platform, suffix),
    namespace: platform.metadata.namespace,
    labels: labels(platform, component),
    ownerReferences: [ownerReference(platform)],
  };
}
