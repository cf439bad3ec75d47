/** The command `plan`: from a name or a file to what is printed and the exit code. */
import { parseAllDocuments } from 'yaml';
import { KIND, type HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Client } from '../kube/client.ts';
import { isNotFound, isRefusal, messageOf } from '../kube/errors.ts';
import type { KubeObject } from '../kube/resource.ts';
import { connect, type ClusterOptions } from './connect.ts';
import { planText } from './plan-text.ts';
import { planPlatform, readPlatform, rehearsePlatform } from './plan.ts';

export interface PlanCommandOptions extends ClusterOptions {
  readonly output: 'text' | 'json';
}

/** A platform that is there, or the text of a file with those that are to be. */
export type Source = { readonly name: string } | { readonly text: string };

export interface Result {
  readonly exitCode: number;
  readonly output: string;
  /** What is wrong, one line a fault. */
  readonly complaint: string;
}

/** @returns what to print. Exit code 1 when the platform or a child would be refused, or the cluster cannot be asked. */
export async function runPlan(source: Source, options: PlanCommandOptions, nowMs: number): Promise<Result> {
  try {
    await using connection = connect(options);
    const { client, namespace } = connection;
    const platforms =
      'name' in source
        ? [await named(client, { namespace, name: source.name })]
        : await Promise.all(
            documents(source.text, options.namespace ?? namespace).map(async (each) => rehearsed(client, each)),
          );
    const results = await Promise.all(platforms.map(async (each) => one(client, each, { ...options, nowMs })));
    return {
      exitCode: Math.max(...results.map(({ exitCode }) => exitCode)),
      output: results.map(({ output }) => output).join('\n'),
      complaint: results.flatMap(({ complaint }) => (complaint === '' ? [] : [complaint])).join('\n'),
    };
  } catch (error) {
    return { exitCode: 1, output: '', complaint: messageOf(error) };
  }
}

async function named(client: Client, key: { namespace: string; name: string }): Promise<HeroesPlatform> {
  const found = await readPlatform(client, key);
  if (found !== undefined) return found;
  throw new Error(
    `there is no HeroesPlatform "${key.name}" in namespace ${key.namespace}: kubectl get hp -A lists them`,
  );
}

async function rehearsed(client: Client, object: KubeObject): Promise<HeroesPlatform> {
  const { name, namespace = '' } = object.metadata;
  try {
    return await rehearsePlatform(client, object);
  } catch (error) {
    if (isNotFound(error))
      throw new Error(`${messageOf(error)}: create it first, as the dry run cannot`, { cause: error });
    if (isRefusal(error))
      throw new Error(`${namespace}/${name} would be refused: ${messageOf(error)}`, { cause: error });
    throw error;
  }
}

function documents(text: string, namespace: string): KubeObject[] {
  const parsed = [...parseAllDocuments(text)];
  const [fault] = parsed.flatMap(({ errors }) => errors);
  if (fault !== undefined) throw new Error(`the file is not YAML: ${fault.message.split('\n')[0] ?? ''}`);
  const objects = parsed
    .map((document) => document.toJS() as KubeObject | null)
    .filter((object) => object?.kind === KIND);
  if (objects.length === 0) throw new Error(`the file holds no ${KIND}`);
  return objects.map((object) => ({ ...object, metadata: { namespace, ...object?.metadata } }) as KubeObject);
}

async function one(
  client: Client,
  platform: HeroesPlatform,
  { output, nowMs }: { readonly output: 'text' | 'json'; readonly nowMs: number },
): Promise<Result> {
  const { namespace, name } = platform.metadata;
  const planned = await planPlatform(client, platform, nowMs);
  if (!planned.ok) {
    const lines = planned.faults.map(({ path, message }) => `${namespace}/${name}: ${path}: ${message}`);
    return { exitCode: 1, output: '', complaint: lines.join('\n') };
  }
  const refused = planned.steps.some(({ action }) => action === 'refused');
  const paused = platform.spec.paused ? ' (paused: none of it is done until spec.paused is false)' : '';
  const shown =
    output === 'json'
      ? `${JSON.stringify({ namespace, name, steps: planned.steps }, undefined, 2)}\n`
      : planText(`Plan for ${namespace}/${name}${paused}`, planned.steps);
  return { exitCode: refused ? 1 : 0, output: shown, complaint: '' };
}
