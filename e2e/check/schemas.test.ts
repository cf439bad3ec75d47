import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { customResourceDefinition } from '@heroes/crds/crd.ts';
import { customSchemas, kubernetesSchemas } from './schemas.ts';

const accepts = (schema: object, value: unknown): boolean =>
  new Ajv({ strict: false, logger: false, validateFormats: false }).compile(schema)(value);

describe('the schemas for kubeconform', () => {
  const [service] = kubernetesSchemas(
    {
      definitions: {
        'v1.Service': {
          'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Service' }],
          properties: { spec: { $ref: '#/definitions/v1.Spec' } },
        },
        'v1.Spec': { properties: { port: { $ref: '#/definitions/IntOrString' }, labels: { type: 'object' } } },
        IntOrString: { type: 'string', format: 'int-or-string' },
      },
    },
    new Set(['Service']),
  );

  it('are named as kubeconform looks them up', () => {
    expect(service?.name).toBe('service-v1.json');
    expect(customSchemas(customResourceDefinition() as never).map(({ name }) => name)).toEqual([
      'heroesplatform-heroesinwaiting-v1alpha1.json',
    ]);
  });

  it('take ports by number and by name, and free maps, and no field that they do not know', () => {
    const schema = service?.schema ?? {};
    expect(accepts(schema, { spec: { port: 80, labels: { any: 'thing' } } })).toBe(true);
    expect(accepts(schema, { spec: { port: 'http' } })).toBe(true);
    expect(accepts(schema, { spec: { ports: 80 } })).toBe(false);
    expect(accepts(schema, { specs: {} })).toBe(false);
  });
});
