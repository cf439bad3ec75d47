/** What the operator reports: `status` of a HeroesPlatform. */
import { Type, type Static } from 'typebox';
import { listByKey } from './primitives.ts';

const time = (description: string) =>
  Type.String({ format: 'date-time', maxLength: 35, description: `${description} ISO 8601 UTC.` });
const count = (description: string) => Type.Integer({ minimum: 0, maximum: 2_147_483_647, description });
const text = (maxLength: number, description: string) => Type.String({ maxLength, description });

const Condition = Type.Object(
  {
    type: Type.String({ minLength: 1, maxLength: 63, description: 'Name of the condition.' }),
    status: Type.Enum(['True', 'False', 'Unknown'], { type: 'string', maxLength: 7, description: 'Whether it holds.' }),
    observedGeneration: count('Generation of the spec that it speaks of.'),
    lastTransitionTime: time('When its status last changed.'),
    reason: Type.String({
      minLength: 1,
      maxLength: 128,
      pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
      description: 'Why, as one word.',
    }),
    message: text(2048, 'Why, for people; names the remedy when the user must act.'),
  },
  { description: 'A condition, as metav1.Condition.' },
);

/** `status.schedule.state`. */
export const SCHEDULE_STATES = ['InClass', 'PreScaling', 'Idle', 'OutOfTerm', 'Unscheduled'] as const;

/** `status` of a HeroesPlatform. */
export const Status = Type.Object(
  {
    observedGeneration: Type.Optional(count('Generation of the spec that was last acted on.')),
    conditions: Type.Optional(
      Type.Array(Condition, {
        ...listByKey('type', 16),
        description:
          'Ready, Available, Progressing, Degraded, DatabaseMigrated, ScheduleActive, BackupCurrent, ScalesOnRequests.',
      }),
    ),
    schedule: Type.Optional(
      Type.Object(
        {
          state: Type.Enum(SCHEDULE_STATES, {
            type: 'string',
            maxLength: 11,
            description: 'Where in the school day the district is; a manual floor is no class.',
          }),
          floor: count('Fewest API pods that the autoscaler may keep now.'),
          reason: text(512, 'Why the floor is what it is.'),
          nextTransitionTime: Type.Optional(time('When the floor changes next.')),
          nextFloor: Type.Optional(count('The floor from then on.')),
          prescale: Type.Optional(
            Type.Object(
              {
                replicas: count('Fewest API pods that it asks for.'),
                until: time('When it lapses.'),
                reason: text(200, 'Why it was asked for.'),
              },
              { description: 'The manual floor, while it holds.' },
            ),
          ),
        },
        { description: 'The floor that stands, and what comes next.' },
      ),
    ),
    capacity: Type.Optional(
      Type.Object(
        {
          maxConnections: count('max_connections of PostgreSQL.'),
          reservedConnections: count('Connections kept for jobs and administrators.'),
          serverConnectionsPerPod: count("Connections an API pod's PgBouncer may open."),
          clientConnectionsPerPod: Type.Optional(count('Connections an API pod may hold to its PgBouncer.')),
          maxReplicas: Type.Optional(count('Most API pods that the autoscaler may ask for.')),
          pods: Type.Optional(count('API pods that the budget holds for: twice as many, as during a roll-out.')),
          usedAtMost: Type.Optional(count('Connections in use when all of these pods and all Jobs have theirs.')),
          pending: Type.Optional(text(1024, 'What is not as the spec asks yet, and what it waits for.')),
        },
        { description: 'The connection budget in force.' },
      ),
    ),
    api: Type.Optional(
      Type.Object(
        { replicas: count('API pods.'), readyReplicas: count('API pods that take requests.') },
        { description: 'The API servers.' },
      ),
    ),
    edge: Type.Optional(
      Type.Object(
        { replicas: count('Edge pods.'), readyReplicas: count('Edge pods that take requests.') },
        { description: 'What stands in front of the API.' },
      ),
    ),
    endpoint: Type.Optional(
      text(300, "The API's URL: network.publicUrl, or api.hostname's, or else the one inside the cluster."),
    ),
    release: Type.Optional(
      Type.Object(
        {
          version: Type.Optional(text(40, 'Version that all API pods run.')),
          migratedVersion: Type.Optional(text(40, 'Version to which the database was last migrated.')),
          pendingContract: Type.Optional(
            Type.Boolean({
              description: 'Whether migrations of that version wait until the former one runs nowhere any more.',
            }),
          ),
        },
        { description: 'What runs.' },
      ),
    ),
    retention: Type.Optional(
      Type.Object(
        {
          lastSuccessTime: Type.Optional(time('When what was past its time was last deleted.')),
          policyVersion: Type.Optional(text(64, 'Digest of the times that were in force.')),
          rows: Type.Optional(count('Rows that were deleted then.')),
          lastFailureTime: Type.Optional(time('When that last failed.')),
          lastError: Type.Optional(text(1024, 'Why, until it succeeds.')),
        },
        { description: 'Deletion of what is past its time.' },
      ),
    ),
    audit: Type.Optional(
      Type.Object(
        {
          sequence: Type.Integer({ minimum: 0, format: 'int64', description: 'Number of the last entry.' }),
          hash: text(
            64,
            'Its hash, SHA-256, hexadecimal: kept outside of the database, so that no entry is changed unseen.',
          ),
          anchoredTime: time('When it was the last.'),
          conflict: Type.Optional(text(512, 'What the database says since then that does not follow from it.')),
        },
        { description: "The end of the audit's chain." },
      ),
    ),
    backup: Type.Optional(
      Type.Object(
        {
          lastSuccessTime: Type.Optional(time('When the newest good archive was finished.')),
          lastFailureTime: Type.Optional(time('When a backup last failed.')),
          lastArchive: Type.Optional(text(200, 'File name of the newest good archive.')),
          lastArchiveSha256: Type.Optional(text(64, 'Its SHA-256, hexadecimal.')),
          lastArchiveBytes: Type.Optional(
            Type.Integer({ minimum: 0, format: 'int64', description: 'Its size in bytes.' }),
          ),
          lastError: Type.Optional(text(1024, 'Why the last backup failed, until one succeeds.')),
        },
        { description: 'Backups.' },
      ),
    ),
  },
  { description: 'What the operator sees. Written by the operator only.' },
);

export type Status = Static<typeof Status>;
export type Condition = Static<typeof Condition>;
