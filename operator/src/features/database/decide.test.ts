import { describe, expect, it } from 'vitest';
import { platformWith } from '../../platform/testing/platforms.ts';
import { decideDatabase } from './decide.ts';

const decide = (memory: string) => {
  const resources = { requests: { memory: '64Mi' }, limits: { memory } };
  return decideDatabase(platformWith({ database: { embedded: { resources } } }).spec);
};

describe('decideDatabase', () => {
  it.each(['256Mi', '1Gi', '268435456'])('accepts %s', (memory) => {
    expect(decide(memory)).toEqual({ ok: true, value: true });
  });

  it.each(['255Mi', '268435455', '200M', '1'])('refuses %s, and says what to do', (memory) => {
    expect(decide(memory)).toEqual({
      ok: false,
      reason: 'InvalidResources',
      path: 'spec.database.embedded.resources.limits.memory',
      message: `${memory} is too little for PostgreSQL: raise it to 256Mi or more`,
    });
  });
});
