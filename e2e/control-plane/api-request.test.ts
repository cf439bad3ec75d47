import { describe, expect, it } from 'vitest';
import { isWrite, parseRequest } from './api-request.ts';

const CASES = [
  ['GET', '/api/v1/pods?limit=500', '', 'list pods'],
  ['GET', '/api/v1/pods?watch=true', '', 'watch pods'],
  ['GET', '/api/v1/namespaces', '', 'list namespaces'],
  ['GET', '/api/v1/namespaces/a', '', 'get namespaces a'],
  ['PUT', '/api/v1/namespaces/a/finalize', '', 'update namespaces a finalize'],
  ['GET', '/apis/apps/v1/namespaces/a/deployments/b', '', 'get deployments b in a'],
  ['POST', '/apis/batch/v1/namespaces/a/jobs', '', 'create jobs in a'],
  ['PATCH', '/apis/apps/v1/namespaces/a/deployments/b', 'application/apply-patch+yaml', 'apply deployments b in a'],
  ['PATCH', '/api/v1/nodes/b/status', 'application/merge-patch+json', 'patch nodes b status'],
  ['DELETE', '/api/v1/namespaces/a/secrets', '', 'deletecollection secrets in a'],
  ['DELETE', '/api/v1/namespaces/a/secrets/b', '', 'delete secrets b in a'],
  ['GET', '/readyz', '', 'list'],
] as const;

describe('parseRequest', () => {
  it.each(CASES)('reads %s %s', (method, path, contentType, words) => {
    const { verb, resource, name, subresource, namespace } = parseRequest(method, path, contentType);
    const said = [verb, resource, name, subresource].filter((part) => part !== '').join(' ');
    expect(namespace === '' ? said : `${said} in ${namespace}`).toBe(words);
  });

  it('takes a rehearsal for no write', () => {
    const path = '/api/v1/namespaces/a/secrets/b';
    const apply = 'application/apply-patch+yaml';
    expect(isWrite(parseRequest('PATCH', path, apply))).toBe(true);
    expect(isWrite(parseRequest('PATCH', `${path}?dryRun=All`, apply))).toBe(false);
    expect(isWrite(parseRequest('GET', path))).toBe(false);
  });
});
