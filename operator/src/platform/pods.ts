/** What every pod of the platform has in common: the `restricted` Pod Security Standard, and no token of the cluster. */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { IVolume } from 'kubernetes-models/v1/Volume';
import type { IVolumeMount } from 'kubernetes-models/v1/VolumeMount';
import {
  childName,
  CONFIG_CHECKSUM,
  CREDENTIALS_REVISION,
  imageReference,
  labels,
  VERSION_LABEL,
  type Component,
  type Image,
} from './names.ts';

/** The user and group that every image runs as. */
const UID = 10001;

/** What pods read when they start: the Secret's name, and by what they are rolled when it or a configuration changes. */
export interface Inputs {
  readonly secret: string;
  readonly revision: string;
  readonly config: string;
}

/** What a component runs. */
export interface Release {
  readonly version: string;
  readonly inputs: Inputs;
}

/** @returns the annotations by which a change of the inputs rolls the pods. */
export const inputAnnotations = ({ revision, config }: Inputs): Record<string, string> => ({
  [CREDENTIALS_REVISION]: revision,
  [CONFIG_CHECKSUM]: config,
});

export type ContainerParts = Omit<IContainer, 'securityContext' | 'imagePullPolicy' | 'image'> & {
  readonly image: Image;
  readonly version: string;
};

/** @returns a container that satisfies `restricted`: no privileges, a read-only root file system. */
export function container(platform: HeroesPlatform, { image, version, ...parts }: ContainerParts): IContainer {
  return {
    ...parts,
    image: imageReference(platform, image, version),
    imagePullPolicy: platform.spec.release.images.pullPolicy,
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true },
  };
}

export interface PodParts {
  readonly component: Component;
  readonly version: string;
  readonly annotations?: Record<string, string>;
  readonly spec: IPodSpec;
}

/** @returns a pod template that satisfies `restricted`. */
export function podTemplate(
  platform: HeroesPlatform,
  { component, version, annotations, spec }: PodParts,
): IPodTemplateSpec {
  const { pullSecrets } = platform.spec.release.images;
  return {
    metadata: {
      labels: { ...labels(platform, component), [VERSION_LABEL]: version },
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: {
      serviceAccountName: childName(platform, 'workload'),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(pullSecrets.length === 0 ? {} : { imagePullSecrets: [...pullSecrets] }),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: UID,
        runAsGroup: UID,
        fsGroup: UID,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
      ...spec,
    },
  };
}

/** @returns an environment variable whose value is a key of a Secret. */
export function secretEnv(secret: string, name: string, key: string): IEnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}

/** @returns the same of a key that may be missing: the variable is then too. */
export function optionalSecretEnv(secret: string, name: string, key: string): IEnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key, optional: true } } };
}

/** @returns plain environment variables, in the order given. */
export function plainEnv(values: Readonly<Record<string, string | number>>): IEnvVar[] {
  return Object.entries(values).map(([name, value]) => ({ name, value: String(value) }));
}

/** @returns a writable directory in memory or on the node, bounded in size. */
export function scratch(name: string, mountPath: string, sizeLimit: string): { volume: IVolume; mount: IVolumeMount } {
  return { volume: { name, emptyDir: { sizeLimit } }, mount: { name, mountPath } };
}

/** @returns a volume of some keys of a Secret, readable by the pod's user only through its group. */
export function credentialFiles(secretName: string, name: string, keys: readonly string[]): IVolume {
  return { name, secret: { secretName, defaultMode: 0o440, items: keys.map((key) => ({ key, path: key })) } };
}
