import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import type { Route } from '../../http/route.ts';
import { closed, pageOf, PAGING } from '../../http/schemas.ts';
import { fieldsOf, inventoryOf } from './inventory.ts';

const declared = (changes: Partial<Route>): Route => ({
  method: 'POST',
  path: '/v1/things',
  summary: '',
  tag: '',
  access: { facilitator: 'own' },
  data: 'Staff',
  retention: 'Account',
  rate: 'subject',
  schemas: {},
  answers: {},
  handle: async () => Promise.resolve({ status: 200 }),
  ...changes,
});

describe('fieldsOf', () => {
  it('names what is in objects, lists, maps and either of two', () => {
    const schema = closed({
      title: Type.String({ description: 'What it is called.' }),
      of: Type.Union([closed({ accountId: Type.String() }), closed({ enrolmentId: Type.String() }), Type.Null()]),
      steps: Type.Array(closed({ minutes: Type.Integer() })),
      detail: Type.Record(Type.String(), Type.String(), { description: 'More.' }),
    });
    expect(fieldsOf(schema)).toEqual([
      { name: 'title', description: 'What it is called.' },
      { name: 'of.accountId', description: '' },
      { name: 'of.enrolmentId', description: '' },
      { name: 'of', description: '' },
      { name: 'steps[].minutes', description: '' },
      { name: 'detail{}', description: 'More.' },
    ]);
  });
});

describe('inventoryOf', () => {
  const Email = Type.String({ description: 'Address of mail.' });

  it('has an element once, with every route that takes or gives it', () => {
    const routes = [
      declared({
        schemas: { body: closed({ email: Email }) },
        answers: { 201: { description: '', schema: closed({ email: Email }) } },
      }),
      declared({ method: 'GET', answers: { 200: { description: '', schema: closed({ email: Email }) } } }),
    ];
    expect(inventoryOf(routes)).toEqual([
      {
        element: 'email',
        description: 'Address of mail.',
        dataClass: 'Staff',
        retentionClass: 'Account',
        takenBy: ['POST /v1/things'],
        givenBy: ['POST /v1/things', 'GET /v1/things'],
      },
    ]);
  });

  it('tells apart what is of different classes', () => {
    const schemas = { body: closed({ id: Type.String() }) };
    const routes = [declared({ schemas }), declared({ schemas, data: 'Safety', retention: 'HelpSignal' })];
    expect(inventoryOf(routes).map(({ dataClass }) => dataClass)).toEqual(['Safety', 'Staff']);
  });

  it('leaves out pages themselves, and what errors say', () => {
    const answers = {
      200: { description: '', schema: pageOf(closed({ alias: Type.String() })) },
      404: { description: '', schema: closed({ detail: Type.String() }) },
    };
    const elements = inventoryOf([declared({ method: 'GET', schemas: { query: closed({ ...PAGING }) }, answers })]);
    expect(elements.map(({ element }) => element)).toEqual(['items[].alias']);
  });
});
