/** The API's settings. */
import { Type, type Static } from 'typebox';

const port = (fallback: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 65_535, default: fallback, description });

export const ApiConfig = Type.Object({
  SERVICE_VERSION: Type.String({ minLength: 1, default: 'development', description: 'Version that logs name.' }),
  LOG_LEVEL: Type.String({ default: 'info', description: 'Least severe log line.' }),
  HOST: Type.String({ default: '0.0.0.0', description: 'Address to listen on.' }),
  PORT: port(8080, 'Port to listen on.'),
  DATABASE_HOST: Type.String({ default: '127.0.0.1', description: 'Host of PgBouncer.' }),
  DATABASE_PORT: port(6432, 'Port of PgBouncer.'),
  DATABASE_NAME: Type.String({ default: 'heroes', description: 'Name of the database.' }),
  DATABASE_USER: Type.String({ default: 'heroes_api', description: 'Role to connect as.' }),
  DATABASE_PASSWORD: Type.String({ minLength: 1, description: 'Password of the role.' }),
  DATABASE_POOL_SIZE: Type.Integer({
    minimum: 1,
    maximum: 1000,
    default: 20,
    description: 'Most connections to hold.',
  }),
  CACHE_HOST: Type.String({ minLength: 1, description: 'Host of the cache.' }),
  CACHE_PORT: port(6379, 'Port of the cache.'),
  CACHE_PASSWORD: Type.String({ minLength: 1, description: 'Password of the cache.' }),
  TOKEN_SECRET: Type.String({
    minLength: 32,
    description: 'Secret of which the keys are made that seal what the database holds; the same in all pods.',
  }),
  PUBLIC_URL: Type.String({
    default: '',
    pattern: '^(https?://[^/\\s?#]+)?$',
    description:
      'Where clients reach this API, as https://heroes.example.org; needed for signing in by OpenID Connect.',
  }),
  OIDC_ISSUER: Type.String({
    default: '',
    pattern: '^(https://\\S+)?$',
    description: "Issuer of the district's OpenID Connect provider; empty: nobody signs in by one.",
  }),
  OIDC_CLIENT_ID: Type.String({ default: '', description: 'Our id at the issuer.' }),
  OIDC_CLIENT_SECRET: Type.String({ default: '', description: 'Our secret at the issuer; empty for a public client.' }),
  BOOTSTRAP_TOKEN: Type.String({
    default: '',
    pattern: '^(.{32,})?$',
    description:
      'Secret of at least 32 characters that makes the first account, while there is none; empty: it cannot.',
  }),
  HELP_WEBHOOK_URL: Type.String({
    default: '',
    pattern: '^(https://\\S+|http://([\\w.-]+\\.svc(\\.cluster\\.local)?|127\\.0\\.0\\.1|localhost)(:\\d+)?(/\\S*)?)?$',
    description:
      'Where a system of the district is told of help signals and incidents, by ids alone; empty: nobody is.',
  }),
  HELP_WEBHOOK_SECRET: Type.String({
    default: '',
    pattern: '^(whsec_[A-Za-z0-9+/]{32,}={0,2})?$',
    description: 'Secret that signs what the webhook is told, as Standard Webhooks writes it: whsec_ and Base64.',
  }),
  RETENTION_POLICY: Type.String({
    default: '[]',
    description: 'How long what is kept: the rules of spec.privacy.retention, as JSON; published.',
  }),
  TRUSTED_PROXIES: Type.String({
    default: '',
    pattern: '^([0-9a-fA-F.:]+(/\\d{1,3})?(,|$))*$',
    description: 'Addresses and networks (CIDR) of proxies that are believed in X-Forwarded-For, by commas.',
  }),
  EDGE_HOST: Type.String({
    default: '',
    pattern: '^[a-z0-9.-]*$',
    description:
      "Name of the edge's headless Service: the pods that the DNS gives for it are believed as proxies; empty: none.",
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.String({
    default: '',
    pattern: '^(https?://\\S+)?$',
    description: 'Where traces are sent, by OTLP over HTTP, as http://collector:4318; empty: none are made.',
  }),
  OTEL_TRACES_SAMPLER_ARG: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0.05,
    description: 'Share of the requests of which a trace is made, unless a trusted proxy has decided.',
  }),
  LOG_DIRECTORY: Type.String({
    default: '',
    description:
      'Folder in which a log agent finds the lines again, in files of bounded size; empty: none are written.',
  }),
  SERVE_OPENAPI: Type.Boolean({ default: false, description: 'Whether GET /v1/openapi.json describes this API.' }),
  DRAIN_SECONDS: Type.Integer({
    minimum: 0,
    maximum: 60,
    default: 5,
    description: 'How long a stopping pod still answers while load balancers learn of it.',
  }),
});

export type ApiConfig = Static<typeof ApiConfig>;
