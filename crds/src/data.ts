/** Where data is: the database, the cache, and the backups. */
import { Type } from 'typebox';
import { cron, quantity, resourceList, rules } from './primitives.ts';

const storage = (value: string, description: string) =>
  quantity({
    default: value,
    description: `${description} Default ${value}. It may grow, where the StorageClass allows it, and never shrinks.`,
  });

const storageClassName = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 63,
    description: "StorageClass of the volume; the cluster's default unless given. Cannot be changed.",
  }),
);

/** Of an object with a volume. A field that comes or goes has no old value of its own, so the rule stands here. */
const keepsStorageClass = rules({
  rule: 'has(self.storageClassName) == has(oldSelf.storageClassName) && (!has(self.storageClassName) || self.storageClassName == oldSelf.storageClassName)',
  message: 'storageClassName cannot be changed: a volume stays where it is; restore into a new platform instead',
});

export const Database = Type.Object(
  {
    embedded: Type.Object(
      {
        storage: storage('10Gi', 'Size of the data volume.'),
        storageClassName,
        maxConnections: Type.Integer({
          minimum: 20,
          maximum: 2000,
          default: 200,
          description: 'max_connections of PostgreSQL; the pods’ pools are derived from it. Default 200.',
        }),
        resources: Type.Object(
          {
            requests: resourceList('100m', '256Mi', 'reserved for PostgreSQL'),
            limits: Type.Object(
              {
                cpu: Type.Optional(
                  quantity({ description: 'CPU that PostgreSQL may not exceed. Not limited unless given.' }),
                ),
                memory: quantity({
                  default: '1Gi',
                  description: 'Memory that PostgreSQL may not exceed; at least 256Mi. Default 1Gi.',
                }),
              },
              { default: {}, description: 'CPU and memory that PostgreSQL may not exceed.' },
            ),
          },
          {
            default: {},
            description:
              'Resources of PostgreSQL. On a node whose cores are all in use, CPU is shared as it was requested: ask for as much as the API pods do together. A change restarts it.',
          },
        ),
      },
      { default: {}, description: 'A PostgreSQL 17 that the operator runs.', ...keepsStorageClass },
    ),
  },
  { default: {}, description: 'The database.' },
);

export const Cache = Type.Object(
  {
    embedded: Type.Object(
      {
        maxMemory: quantity({
          default: '64Mi',
          description: 'Memory for cached entries; the least recently used go first. Default 64Mi.',
        }),
      },
      { default: {}, description: 'A Valkey that the operator runs, without persistence.' },
    ),
  },
  { default: {}, description: 'The cache.' },
);

export const Backup = Type.Object(
  {
    schedule: cron({
      default: '30 2 * * *',
      description: "When a backup is taken: five-field cron in the district's time zone. Default 02:30 daily.",
    }),
    retention: Type.Object(
      {
        full: Type.Integer({
          minimum: 1,
          maximum: 90,
          default: 4,
          description: 'Archives kept; the last good one is never deleted. Default 4.',
        }),
      },
      { default: {}, description: 'How much is kept.' },
    ),
    repository: Type.Object(
      {
        volume: Type.Object(
          { size: storage('20Gi', 'Size of the archive volume.'), storageClassName },
          { default: {}, description: 'A volume of this cluster.', ...keepsStorageClass },
        ),
      },
      { default: {}, description: 'Where archives are kept.' },
    ),
  },
  { default: {}, description: 'Backups of the database.' },
);
