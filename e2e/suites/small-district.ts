/** A small platform of a test's own on the embedded cluster, and what is asked of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { apply, eventually, get, inApiPod, kube, list } from './kube.ts';
import type { Answer, Ask } from './opened-class.ts';

export interface Platform {
  readonly metadata: { readonly generation: number };
  readonly spec: { readonly release: { readonly version: string } };
  readonly status: {
    readonly observedGeneration: number;
    readonly conditions: { type: string; status: string; reason: string; message: string }[];
  };
}

/** Name of the platform; the tests' namespaces differ. */
export const NAME = 'small';

/** How often a request is sent again that the API had no room for, and after how long: its Retry-After. */
const PATIENCE = 5;
const RETRY_AFTER_MS = 2_000;

export class SmallDistrict {
  readonly namespace: string;
  #version = '';

  constructor(namespace: string) {
    this.namespace = namespace;
  }

  /** Makes the namespace and the platform anew, at the version that the example runs, and waits until it is served. */
  async create(): Promise<void> {
    // A run that was ended leaves a district behind, whose data the next one would find.
    await kube(['delete', 'ns', this.namespace, '--ignore-not-found', '--timeout=240s']);
    this.#version = (await get<Platform>('grand-bend', 'hp', 'grand-bend')).spec.release.version;
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.namespace } };
    await kube(['apply', '-f', '-'], JSON.stringify(namespace));
    await kube(['label', '--overwrite', 'ns', this.namespace, 'pod-security.kubernetes.io/enforce=restricted']);
    await apply(this.platform());
    await this.ready('True');
  }

  async remove(): Promise<void> {
    await kube(['delete', 'ns', this.namespace, '--wait=false']);
  }

  /** @returns its manifest, fields of the spec replaced by those given. */
  platform(spec: object = {}) {
    return {
      apiVersion: 'heroesinwaiting.com/v1alpha1',
      kind: 'HeroesPlatform',
      metadata: { name: NAME, namespace: this.namespace },
      spec: {
        district: { displayName: 'Small', timeZone: 'America/Chicago' },
        release: { version: this.#version },
        api: { replicas: { min: 1, max: 2 }, resources: { requests: { cpu: '50m', memory: '128Mi' } } },
        edge: { resources: { requests: { cpu: '20m', memory: '64Mi' } } },
        database: { embedded: { storage: '1Gi' } },
        backup: { repository: { volume: { size: '1Gi' } } },
        ...spec,
      },
    };
  }

  async current(): Promise<Platform> {
    return get<Platform>(this.namespace, 'hp', NAME);
  }

  async condition(type: string): Promise<Platform['status']['conditions'][number] | undefined> {
    return (await this.current()).status.conditions.find((condition) => condition.type === type);
  }

  /** Waits until Ready is so for the newest spec. */
  async ready(status: 'True' | 'False', reason?: string): Promise<void> {
    await eventually(async () => {
      const { metadata, status: seen } = await this.current();
      expect(seen.observedGeneration).toBe(metadata.generation);
      const condition = seen.conditions.find(({ type }) => type === 'Ready');
      expect(condition).toMatchObject({ status, ...(reason === undefined ? {} : { reason }) });
    }, 240_000);
  }

  /** @returns which roll-out of the API this is: the autoscaler changes pods, a new template changes this. */
  async rollout(): Promise<string | undefined> {
    const { metadata } = await get<{ metadata: { annotations?: Record<string, string> } }>(
      this.namespace,
      'deployment',
      `${NAME}-api`,
    );
    return metadata.annotations?.['deployment.kubernetes.io/revision'];
  }

  async podUids(): Promise<string[]> {
    const pods = await list(this.namespace, 'pods', 'app.kubernetes.io/component=api');
    return pods.map(({ metadata }) => metadata.uid).sort();
  }

  /**
   * Sends a request from inside an API pod; a POST when it has a body and does not say otherwise. It waits where it is asked to,
   * as every client should: this process alone is more than such a pod has planned for.
   */
  readonly ask: Ask = async (path, sent) => {
    for (let left = PATIENCE; ; left -= 1) {
      const answer = await this.#askOnce(path, sent);
      if (answer.status !== 503 || left === 0) return answer;
      await sleep(RETRY_AFTER_MS);
    }
  };

  readonly #askOnce: Ask = async (path, { method, json, token } = {}) => {
    const init = {
      method: method ?? (json === undefined ? 'GET' : 'POST'),
      headers: {
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    };
    const source = `const response = await fetch('http://127.0.0.1:8080${path}', ${JSON.stringify(init)});
      console.log(JSON.stringify({ status: response.status, body: await response.json() }));`;
    return (await inApiPod(this.namespace, NAME, source)) as Answer;
  };

  /** @returns the token of its credentials that makes the first administrator. */
  async bootstrapToken(): Promise<string> {
    const [secret] = await list(this.namespace, 'secret', `app.kubernetes.io/instance=${NAME}`);
    const { 'bootstrap-token': encoded = '' } = (secret?.data ?? {}) as Record<string, string>;
    return Buffer.from(encoded, 'base64').toString();
  }
}
