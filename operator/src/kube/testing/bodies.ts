/** The objects that requests carry: whether they are JSON, and of the kind and name that the path says. */
import type { KubeObject } from '../resource.ts';
import { isRecord } from './field-paths.ts';
import { faultyTime } from './micro-times.ts';
import type { FakeResource } from './resources.ts';
import type { Route } from './routes.ts';
import { badRequest, invalid } from './statuses.ts';

/** @returns the object that a create or a replace brings. @throws Refusal */
export function objectOf(text: string, resource: FakeResource, { namespace, name }: Route): KubeObject {
  const body = parsed(text, (fault) => {
    const why = `couldn't get version/kind; json parse error: ${fault}`;
    return `the object provided is unrecognized (must be of type ${resource.kind}): ${why}`;
  });
  if (body.apiVersion !== resource.apiVersion)
    throw badRequest(
      `the API version in the data (${String(body.apiVersion)}) does not match the expected API version (${resource.apiVersion})`,
    );
  checkKind(body, resource);
  const object = placed(body, namespace);
  if (name !== undefined) checkName(object, name);
  if (typeof object.metadata.name !== 'string')
    throw invalid(resource.kind, '', {
      reason: 'FieldValueRequired',
      message: 'Required value: name or generateName is required',
      field: 'metadata.name',
    });
  return object;
}

/** @returns the configuration that an apply brings. @throws Refusal */
export function configurationOf(text: string, resource: FakeResource, { namespace, name = '' }: Route): KubeObject {
  const body = patchOf(text);
  if (body.apiVersion !== resource.apiVersion)
    throw badRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${String(body.apiVersion)}, expected: ${resource.apiVersion}`,
    );
  checkKind(body, resource);
  const { metadata } = body;
  if (isRecord(metadata) && (metadata.managedFields ?? null) !== null)
    throw badRequest('metadata.managedFields must be nil');
  // The real server names an object after its path when the configuration does not.
  const object = placed({ ...body, metadata: { name, ...(isRecord(metadata) ? metadata : {}) } }, namespace);
  checkName(object, name);
  return object;
}

/** @returns a patch. @throws Refusal */
export function patchOf(text: string): Readonly<Record<string, unknown>> {
  return parsed(text, (fault) => `error decoding patch: ${fault}`);
}

/** @throws Refusal 400 for a time that does not have six digits. */
export function checkTimes(object: KubeObject): void {
  const fault = faultyTime(object);
  if (fault === undefined) return;
  const { apiVersion, kind } = object;
  throw badRequest(`${kind} in version "${apiVersion.replace(/.*\//, '')}" cannot be handled as a ${kind}: ${fault}`);
}

function parsed(text: string, message: (fault: string) => string): Readonly<Record<string, unknown>> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw badRequest(message(error instanceof Error ? error.message : String(error)));
  }
  if (!isRecord(body)) throw badRequest(message('it is not an object'));
  return body;
}

function checkKind({ kind }: Readonly<Record<string, unknown>>, resource: FakeResource): void {
  const version = resource.apiVersion.replace(/.*\//, '');
  if (kind !== resource.kind)
    throw badRequest(`${String(kind)} in version "${version}" cannot be handled as a ${resource.kind}: no such kind`);
}

function placed(body: Readonly<Record<string, unknown>>, namespace: string | undefined): KubeObject {
  const metadata = isRecord(body.metadata) ? body.metadata : {};
  if (metadata.namespace !== undefined && metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  return { ...body, metadata: { ...metadata, ...(namespace === undefined ? {} : { namespace }) } } as KubeObject;
}

function checkName({ metadata }: KubeObject, name: string): void {
  if (metadata.name !== name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
}
