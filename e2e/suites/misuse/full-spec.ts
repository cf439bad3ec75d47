/** A spec that has a value in every field, none of which is the default where another will do. */

const PERIOD = { name: 'first', startTime: '08:35', endTime: '09:25', students: 100 };

const CALENDAR = {
  name: 'high-school',
  students: 300,
  // Long ago, so that what is asked for does not depend on the day of the test.
  terms: [{ name: 'fall', startDate: '2021-08-23', endDate: '2021-12-17' }],
  bellSchedules: [{ name: 'normal', days: ['Monday'], periods: [PERIOD] }],
  calendarDates: [{ date: '2021-09-06', event: 'LateArrival', bellSchedule: 'normal' }],
};

export const FULL_SPEC = {
  district: { displayName: 'Grand Bend ISD', timeZone: 'America/Chicago' },
  release: {
    version: '1.0.0',
    images: { registry: 'registry.example.com/heroes', pullPolicy: 'Always', pullSecrets: [{ name: 'pull' }] },
  },
  api: {
    replicas: { min: 2, max: 4 },
    resources: { requests: { cpu: '200m', memory: '256Mi' }, limits: { cpu: '2', memory: '768Mi' } },
    autoscaling: { targetCPUUtilization: 70, targetRequestsInFlight: 12 },
    databasePoolSize: 12,
    hostname: 'heroes.example.org',
  },
  // A Gateway excludes an ingress class, and the control plane knows none.
  edge: {
    replicas: 3,
    resources: { requests: { cpu: '50m', memory: '96Mi' }, limits: { cpu: '2', memory: '768Mi' } },
    serviceType: 'LoadBalancer',
    tls: { secretName: 'certificate' },
    ingressClassName: 'nginx',
  },
  schedule: {
    studentsPerReplica: 300,
    leadTime: '15m',
    holdAfter: '10m',
    mergeGapsUnder: '30m',
    idleReplicas: 2,
    calendars: [CALENDAR],
    prescale: { replicas: 2, until: '2021-10-04T15:00:00Z', reason: 'State tests.' },
  },
  // Volumes do not shrink: a default that is less could not be gone back to.
  database: {
    embedded: {
      storage: '10Gi',
      storageClassName: 'simulated',
      maxConnections: 300,
      resources: { requests: { cpu: '200m', memory: '320Mi' }, limits: { cpu: '3', memory: '2Gi' } },
    },
  },
  cache: { embedded: { maxMemory: '96Mi' } },
  backup: {
    // No backup starts while the tests run.
    schedule: '0 0 29 2 *',
    retention: { full: 6 },
    repository: { volume: { size: '20Gi', storageClassName: 'simulated' } },
  },
  auth: {
    oidc: {
      issuer: 'https://login.example.org',
      clientId: 'heroes',
      clientSecret: { name: 'identity-provider', key: 'secret' },
    },
    bootstrapToken: { name: 'first-account', key: 'token' },
  },
  network: { publicUrl: 'https://heroes.example.org', trustedProxies: ['10.0.0.0/8'] },
  safety: { webhook: { url: 'https://safety.example.org/hook', secret: { name: 'webhook', key: 'signing' } } },
  privacy: {
    retention: [{ class: 'CheckIn', maxAge: '20d', purpose: 'To see how a class feels.', need: 'Three weeks do.' }],
  },
  observability: {
    ruleLabels: { team: 'heroes' },
    podMonitor: true,
    scraperLabels: { collector: 'metrics' },
    tracing: { endpoint: 'http://collector.monitoring.svc:4318', samplePercent: 20 },
    logs: {
      elasticsearch: {
        url: 'https://logs.example.org:9200',
        username: { name: 'elastic', key: 'user' },
        password: { name: 'elastic', key: 'pass' },
        certificateAuthority: { name: 'elastic', key: 'authority' },
      },
    },
  },
  deletionPolicy: 'Retain',
  paused: false,
};
