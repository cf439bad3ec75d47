/** The data inventory as districts ask for it (NDPA, Exhibit B). */
import { Type } from 'typebox';
import { DATA_CLASSES, RETENTION_CLASSES, type DataClass } from '../../http/classes.ts';
import { NUMBER_PART, pageFrom, pageRequest } from '../../http/paging.ts';
import { route, type Route } from '../../http/route.ts';
import { closed, pageOf, PAGING } from '../../http/schemas.ts';
import { inventoryOf, type Element } from './inventory.ts';

const LIST = 'data elements';

const Routes = Type.Array(Type.String(), { description: 'As POST /v1/join.' });

const DataElement = closed({
  element: Type.String({ description: 'Where it stands in what is sent or answered; members of lists with [].' }),
  description: Type.String({ description: 'What it is.' }),
  dataClass: Type.Enum(Object.keys(DATA_CLASSES) as DataClass[], { type: 'string', description: 'Whose it is.' }),
  retentionClass: Type.Enum([...RETENTION_CLASSES], {
    type: 'string',
    description: 'How long it is kept: see GET /v1/privacy/retention-policy.',
  }),
  takenBy: { ...Routes, description: 'Requests that bring it.' },
  givenBy: { ...Routes, description: 'Requests that are answered with it.' },
});

/** @param routes - gives all routes, this one among them. @returns the route that tells what they hold. */
export function dataElements(routes: () => readonly Route[]): Route {
  let elements: readonly Element[] | undefined;
  return route(
    {
      method: 'GET',
      path: '/v1/privacy/data-elements',
      tag: 'Privacy',
      summary: 'List what is taken and given, of which class it is, and how long it is kept',
      access: { district_admin: 'any', platform_operator: 'any' },
      data: 'Operational',
      retention: 'None',
      rate: 'subject',
      schemas: {
        query: closed({
          ...PAGING,
          dataClass: Type.Optional(
            Type.Enum(Object.keys(DATA_CLASSES) as DataClass[], { type: 'string', description: 'Of which class.' }),
          ),
        }),
      },
      answers: { 200: { description: 'A page of elements, by class and name.', schema: pageOf(DataElement) } },
    },
    async ({ query }) => {
      elements ??= inventoryOf(routes());
      const { limit, after } = pageRequest(LIST, [NUMBER_PART], query);
      const start = after === undefined ? 0 : Number(after[0]) + 1;
      const found = elements
        .map((element, index) => ({ element, index }))
        .filter(({ element, index }) => index >= start && element.dataClass === (query.dataClass ?? element.dataClass))
        .slice(0, limit + 1);
      const { rows, nextCursor } = pageFrom(LIST, found, { limit, position: ({ index }) => [index] });
      return Promise.resolve({ status: 200, body: { items: rows.map(({ element }) => element), nextCursor } });
    },
  );
}
