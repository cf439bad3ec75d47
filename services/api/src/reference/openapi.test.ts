import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { route, type Declaration } from '../http/route.ts';
import { closed, pageOf, PAGING, Uuid } from '../http/schemas.ts';
import { openApi } from './openapi.ts';

const Thing = closed({ id: Uuid, name: Type.Optional(Type.String({ maxLength: 10 })) }, { title: 'Thing' });

const DECLARED = {
  summary: 'Do something',
  tag: 'Things',
  access: { facilitator: 'own' },
  subject: 'classroom',
  data: 'Classroom',
  retention: 'Classroom',
  rate: 'subject',
} as const satisfies Partial<Declaration>;
const params = closed({ classroomId: Uuid });
const nothing = async () => Promise.resolve({ status: 200 });

const list = route(
  {
    ...DECLARED,
    method: 'GET',
    path: '/v1/classrooms/:classroomId/things',
    schemas: { params, query: closed({ ...PAGING }) },
    answers: { 200: { description: 'A page.', schema: pageOf(Thing) }, 304: { description: 'The client has it.' } },
  },
  nothing,
);
const add = route(
  {
    ...DECLARED,
    method: 'POST',
    path: '/v1/classrooms/:classroomId/things',
    schemas: { params, body: Thing },
    answers: { 201: { description: 'Added.', schema: Thing }, 409: { description: 'It is there.' } },
  },
  nothing,
);
const events = route(
  {
    summary: 'Hear of things',
    tag: 'Things',
    access: 'public',
    data: 'Operational',
    retention: 'None',
    rate: 'open',
    method: 'GET',
    path: '/v1/events',
    schemas: {},
    answers: { 200: { description: 'Events.', mediaType: 'text/event-stream' }, 304: { description: 'None.' } },
  },
  nothing,
);

const { paths, components, tags } = openApi([list, add, events], '1.2.3');
const at = '/v1/classrooms/{classroomId}/things';

describe('openApi', () => {
  it('has each path once, with its methods, and each tag once', () => {
    expect(Object.keys(paths)).toEqual([at, '/v1/events']);
    expect(Object.keys(paths[at] ?? {})).toEqual(['get', 'post']);
    expect(tags).toEqual([{ name: 'Things' }]);
  });

  it('says a named schema once, and refers to it', () => {
    expect(Object.keys(components.schemas)).toEqual(['Problem', 'Thing']);
    expect(components.schemas.Thing).toMatchObject({ type: 'object', required: ['id'], additionalProperties: false });
    const content = { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } };
    expect(paths[at]?.post?.requestBody).toEqual({ required: true, content });
    expect(paths[at]?.post?.responses['201']).toEqual({ description: 'Added.', content });
  });

  it('has parameters of path and query, and the headers that the answers imply', () => {
    const named = (method: string) =>
      paths[at]?.[method]?.parameters.map(({ name, in: place, required }) => [name, place, required]);
    expect(named('get')).toEqual([
      ['classroomId', 'path', true],
      ['limit', 'query', false],
      ['cursor', 'query', false],
      ['If-None-Match', 'header', false],
    ]);
    expect(named('post')).toEqual([
      ['classroomId', 'path', true],
      ['Idempotency-Key', 'header', false],
    ]);
  });

  it('has the answers that follow from the declaration, and what is declared before them', () => {
    const statuses = (operation: { responses: object } | undefined) => Object.keys(operation?.responses ?? {});
    expect(statuses(paths[at]?.get)).toEqual(['200', '304', '400', '401', '403', '404', '429', '503', 'default']);
    const made = ['201', '400', '401', '403', '404', '409', '413', '415', '422', '429', '503', 'default'];
    expect(statuses(paths[at]?.post)).toEqual(made);
    expect(statuses(paths['/v1/events']?.get)).toEqual(['200', '304', '503', 'default']);
    const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
    expect(paths[at]?.post?.responses['409']).toEqual({ description: 'It is there.', content: problem });
    expect(paths[at]?.post?.responses['503']).toEqual({ $ref: '#/components/responses/503' });
    expect(components.responses['503']).toMatchObject({ content: problem });
  });

  it('says what is no JSON, and what is empty', () => {
    const { responses, security } = paths['/v1/events']?.get ?? {};
    expect(responses?.['200']?.content).toEqual({ 'text/event-stream': {} });
    expect(responses?.['304']?.content).toBeUndefined();
    expect(security).toEqual([]);
  });

  it('keeps what OpenAPI has no word for', () => {
    expect(paths[at]?.get?.['x-heroes']).toEqual({
      access: { facilitator: 'own' },
      subject: 'classroom',
      data: 'Classroom',
      retention: 'Classroom',
      rate: 'subject',
      priority: 'normal',
    });
  });

  it('refuses two schemas of one name', () => {
    const other = route(
      {
        ...events,
        path: '/v1/others',
        answers: { 200: { description: 'Another.', schema: closed({}, { title: 'Thing' }) } },
      },
      nothing,
    );
    expect(() => openApi([list, other], '1.2.3')).toThrow('two schemas that differ are both called Thing');
  });
});
