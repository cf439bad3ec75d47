/** What a district decides for all of its schools. */
import { sql, type Transaction } from 'kysely';
import { Type, type Static } from 'typebox';
import type { DB } from '@heroes/migrations/tables.ts';
import { asAccount } from '../../access/roles.ts';
import { route, type Declaration, type Route } from '../../http/route.ts';
import { closed, Time } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';

const decided = {
  freeText: Type.Boolean({
    description:
      'Whether reports of incidents may hold a description in words. Off unless decided; what was sent before stays its time.',
  }),
  helpEscalationMinutes: Type.Integer({
    minimum: 1,
    maximum: 1440,
    description:
      'How long a help signal waits for its facilitator before it escalates, minutes; of those raised from now on.',
  }),
} as const;

const Settings = closed({ ...decided, updatedAt: Time });
type Settings = Static<typeof Settings>;

const declared = {
  tag: 'District',
  path: '/v1/district/settings',
  access: { district_admin: 'any' },
  data: 'Operational',
  retention: 'None',
  rate: 'subject',
} as const satisfies Partial<Declaration>;

const readSettings = route(
  {
    ...declared,
    method: 'GET',
    summary: 'Read what the district has decided',
    schemas: {},
    answers: { 200: { description: 'The settings.', schema: Settings } },
  },
  async ({ tx }) => ({ status: 200, body: await tx(read) }),
);

const changeSettings = route(
  {
    ...declared,
    method: 'PATCH',
    summary: 'Decide for the district',
    schemas: {
      body: closed(
        {
          freeText: Type.Optional(decided.freeText),
          helpEscalationMinutes: Type.Optional(decided.helpEscalationMinutes),
        },
        { minProperties: 1 },
      ),
    },
    answers: { 200: { description: 'The settings as they are now.', schema: Settings } },
  },
  async ({ actor, body, tx }) =>
    tx(async (db) => {
      const { freeText, helpEscalationMinutes } = body;
      await db
        .updateTable('district_settings')
        .set({
          ...(freeText === undefined ? {} : { free_text: freeText }),
          ...(helpEscalationMinutes === undefined ? {} : { help_escalation_minutes: helpEscalationMinutes }),
          updated_at: sql<Date>`now()`,
          updated_by: asAccount(actor).accountId,
        })
        .execute();
      await record(db, { actor, action: 'district-settings.changed', object: 'district', detail: { ...body } });
      return { status: 200, body: await read(db) };
    }),
);

export const SETTINGS_ROUTES: readonly Route[] = [readSettings, changeSettings];

async function read(db: Transaction<DB>): Promise<Settings> {
  const row = await db
    .selectFrom('district_settings')
    .select(['free_text', 'help_escalation_minutes', 'updated_at'])
    .executeTakeFirstOrThrow();
  return {
    freeText: row.free_text,
    helpEscalationMinutes: row.help_escalation_minutes,
    updatedAt: row.updated_at.toISOString(),
  };
}
