/** How a platform is watched: `spec.observability`. */
import { Type } from 'typebox';
import { rules, secretKey } from './primitives.ts';

const Tracing = Type.Object(
  {
    endpoint: Type.String({
      minLength: 8,
      maxLength: 300,
      pattern: '^https?://\\S+$',
      description: 'Where spans are sent, by OTLP over HTTP, for example http://collector.monitoring.svc:4318.',
    }),
    samplePercent: Type.Integer({
      minimum: 0,
      maximum: 100,
      default: 5,
      description: 'Share of the requests of which a trace is made, unless a trusted proxy has decided. Default 5.',
    }),
  },
  { description: 'Traces, by OpenTelemetry; none are made without it.' },
);

const Logs = Type.Object(
  {
    elasticsearch: Type.Object(
      {
        url: Type.String({
          minLength: 8,
          maxLength: 300,
          pattern: '^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$',
          description: 'Elasticsearch or OpenSearch, for example https://logs.example.org:9200; without a path.',
        }),
        username: Type.Optional(
          secretKey('username', 'Whom it is written as, with its password; nobody in particular unless given.'),
        ),
        password: Type.Optional(secretKey('password', 'Its password; without blanks, which the agent does not take.')),
        certificateAuthority: Type.Optional(
          secretKey('ca.crt', "Certificates, PEM, that sign the server's; those of the image unless given."),
        ),
      },
      {
        description:
          'Where lines are sent by an agent beside the API, into one index a day: heroes-logs-YYYY.MM.DD. At least once; while it is away up to 48 MiB of a pod wait on disk.',
        ...rules({
          rule: 'has(self.username) == has(self.password)',
          message: 'username and password go together: give both, or neither',
        }),
      },
    ),
  },
  { description: 'Shipping of log lines; without it they are on standard output alone.' },
);

export const Observability = Type.Object(
  {
    ruleLabels: Type.Record(
      Type.String(),
      Type.String({ maxLength: 63, pattern: '^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$' }),
      {
        maxProperties: 16,
        default: {},
        description: 'Labels by which your Prometheus selects the PrometheusRule and the PodMonitor; none by default.',
      },
    ),
    podMonitor: Type.Boolean({
      default: true,
      description: 'Whether a PodMonitor and a PrometheusRule are made, when the cluster knows them. Default true.',
    }),
    scraperLabels: Type.Record(
      Type.String(),
      Type.String({ maxLength: 63, pattern: '^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$' }),
      {
        maxProperties: 8,
        default: { 'app.kubernetes.io/name': 'prometheus' },
        description:
          'Labels of the pods, of any namespace, that may read the metrics of API and edge pods, from release 0.3.0 on. Default app.kubernetes.io/name: prometheus, as the Prometheus operator labels them.',
      },
    ),
    tracing: Type.Optional(Tracing),
    logs: Type.Optional(Logs),
  },
  { default: {}, description: 'How it is watched.' },
);
