/** The platforms that see the operator change: one with as little as possible, one with something of everything. */

const DISTRICT = { displayName: 'Grand Bend ISD', timeZone: 'America/Chicago' };
/** One that was released: what its pods are given is on record, for this operator and for the one before it. */
const RELEASE = { version: '0.1.0' };
/** No backup starts while the tests run. */
const NEVER = '0 0 29 2 *';

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Where it is noon: at midnight one school day follows another, and the status says so. */
function zoneAtNoon(): string {
  const ahead = 12 - new Date().getUTCHours();
  // Named for what is to be added to get Greenwich's time: the other way round than ISO 8601.
  return ahead >= 0 ? `Etc/GMT-${ahead}` : `Etc/GMT+${-ahead}`;
}

/** Always in class, so that the floor does not change while the tests run. */
const CALENDAR = {
  name: 'high-school',
  students: 900,
  terms: [{ name: 'for good', startDate: '2021-01-01', endDate: '2099-12-31' }],
  bellSchedules: [{ name: 'all-day', days: DAYS, periods: [{ name: 'all', startTime: '00:00', endTime: '23:59' }] }],
};

export const PLATFORMS: Readonly<Record<string, object>> = {
  plain: { district: DISTRICT, release: RELEASE, backup: { schedule: NEVER } },
  full: {
    district: { ...DISTRICT, timeZone: zoneAtNoon() },
    release: { ...RELEASE, images: { registry: 'registry.example.com/heroes', pullSecrets: [{ name: 'pull' }] } },
    api: {
      replicas: { min: 2, max: 6 },
      // Written in other forms than the API server keeps them.
      resources: { requests: { cpu: '1000m', memory: '1024Mi' }, limits: { cpu: '2000m', memory: '2Gi' } },
      databasePoolSize: 10,
    },
    schedule: { studentsPerReplica: 300, mergeGapsUnder: '1h', calendars: [CALENDAR] },
    database: { embedded: { storage: '11Gi', storageClassName: 'simulated', maxConnections: 250 } },
    cache: { embedded: { maxMemory: '96Mi' } },
    backup: { schedule: NEVER, retention: { full: 7 }, repository: { volume: { size: '22Gi' } } },
    observability: { ruleLabels: { team: 'heroes' } },
    deletionPolicy: 'Delete',
  },
};
