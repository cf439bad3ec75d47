/** What a platform team writes: `spec` of a HeroesPlatform. A field that does nothing yet is not here. */
import { Type, type Static } from 'typebox';
import { Auth, Network } from './access.ts';
import { Backup, Cache, Database } from './data.ts';
import { Edge } from './edge.ts';
import { Observability } from './observability.ts';
import { dnsLabel, hostname, listByKey, resourceList, rules } from './primitives.ts';
import { Privacy } from './privacy.ts';
import { Safety } from './safety.ts';
import { Schedule } from './schedule.ts';

const District = Type.Object(
  {
    displayName: Type.String({ minLength: 1, maxLength: 120, description: "The district's name, for people." }),
    timeZone: Type.String({
      minLength: 1,
      maxLength: 64,
      pattern: '^[A-Za-z0-9_+/-]+$',
      description: 'IANA time zone of all local times of this object, for example America/Chicago.',
    }),
  },
  { description: 'Whom the platform serves.' },
);

const Images = Type.Object(
  {
    registry: Type.String({
      maxLength: 200,
      pattern: '^([a-z0-9]([a-z0-9._-]|:[0-9]|/[a-z0-9])*)?$',
      default: '',
      description:
        'Registry and path before the image names, without a slash at its end; empty: images present on the nodes.',
    }),
    pullPolicy: Type.Enum(['IfNotPresent', 'Always', 'Never'], {
      type: 'string',
      maxLength: 12,
      default: 'IfNotPresent',
      description: 'Image pull policy of every pod. Default IfNotPresent.',
    }),
    pullSecrets: Type.Array(
      Type.Object(
        { name: dnsLabel({ description: 'Name of a Secret of this namespace.' }) },
        { description: 'A pull secret.' },
      ),
      { ...listByKey('name', 8), default: [], description: 'Secrets with which images are pulled; none by default.' },
    ),
  },
  { default: {}, description: 'Where the images come from.' },
);

const Release = Type.Object(
  {
    version: Type.String({
      minLength: 5,
      maxLength: 40,
      pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]*[0-9A-Za-z])?$',
      description:
        'Version of the services to run: the tag of their images. A change migrates the database, then rolls the API.',
    }),
    images: Images,
  },
  { description: 'What runs.' },
);

const replicaCount = (value: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 100, default: value, description: `${description} Default ${value}.` });

const Api = Type.Object(
  {
    replicas: Type.Object(
      {
        min: replicaCount(3, 'Fewest API pods.'),
        max: replicaCount(12, 'Most API pods; the connection budget must hold for it.'),
      },
      {
        default: {},
        description: 'Bounds of the autoscaler.',
        ...rules({
          // The API server also evaluates it on the default, {}, before the fields have theirs.
          rule: '!has(self.min) || !has(self.max) || self.min <= self.max',
          message: 'replicas.max must be at least replicas.min: raise max or lower min',
        }),
      },
    ),
    resources: Type.Object(
      {
        requests: resourceList('500m', '512Mi', 'reserved for an API container'),
        limits: resourceList('1', '1Gi', 'an API container may not exceed'),
      },
      { default: {}, description: 'Resources of the API container.' },
    ),
    autoscaling: Type.Object(
      {
        targetCPUUtilization: Type.Integer({
          minimum: 10,
          maximum: 95,
          default: 60,
          description: 'Per cent of the CPU request at which pods are added. Default 60.',
        }),
        targetRequestsInFlight: Type.Integer({
          minimum: 1,
          maximum: 1000,
          default: 8,
          description:
            'Requests that a pod has under way, on the average, at which pods are added; asked for from release 0.3.0 on, where the cluster serves it. Default 8.',
        }),
      },
      { default: {}, description: 'When pods are added on load.' },
    ),
    databasePoolSize: Type.Integer({
      minimum: 1,
      maximum: 200,
      default: 20,
      description: 'Connections an API pod may hold to its PgBouncer. Default 20.',
    }),
    hostname: Type.Optional(
      hostname({
        description:
          'Name under which clients reach the API, for example heroes.grandbend.example: an Ingress leads from it to the edge, or an HTTPRoute where edge.gateway is given. From release 0.3.0 on.',
      }),
    ),
  },
  { default: {}, description: 'The API servers.' },
);

/** `spec` of a HeroesPlatform. */
export const Spec = Type.Object(
  {
    district: District,
    release: Release,
    api: Api,
    edge: Edge,
    schedule: Type.Optional(Schedule),
    database: Database,
    cache: Cache,
    backup: Backup,
    auth: Auth,
    network: Network,
    safety: Safety,
    privacy: Privacy,
    observability: Observability,
    deletionPolicy: Type.Enum(['Retain', 'Delete'], {
      type: 'string',
      maxLength: 6,
      default: 'Retain',
      description:
        'Whether the data and archive volumes outlive this object. With Delete it is gone only after they are. Default Retain.',
    }),
    paused: Type.Boolean({
      default: false,
      description: 'While true the operator changes nothing; the status is still reported. Default false.',
    }),
  },
  {
    description: 'What a district needs.',
    ...rules(
      {
        rule: '!has(self.schedule) || !has(self.schedule.prescale) || self.schedule.prescale.replicas <= self.api.replicas.max',
        message:
          'schedule.prescale.replicas must not exceed api.replicas.max: ask for fewer or raise max; one that has lapsed may be removed',
      },
      {
        rule: '!has(self.schedule) || !has(self.schedule.idleReplicas) || self.schedule.idleReplicas <= self.api.replicas.max',
        message: 'schedule.idleReplicas must not exceed api.replicas.max: ask for fewer or raise max',
      },
      {
        rule: '!has(self.auth) || !has(self.auth.oidc) || (has(self.network) && has(self.network.publicUrl))',
        message: 'auth.oidc needs network.publicUrl: the issuer sends people back to it',
      },
      {
        rule: '!has(self.edge) || !(has(self.edge.gateway) || has(self.edge.ingressClassName)) || (has(self.api) && has(self.api.hostname))',
        message: 'edge.gateway and edge.ingressClassName need api.hostname: give the name that they are to lead from',
      },
    ),
  },
);

export type Spec = Static<typeof Spec>;
