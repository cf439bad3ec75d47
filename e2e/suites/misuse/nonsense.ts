/**
 * Values that a schema lets pass, or that people write, and that mean nothing, or something else than they seem to. By field
 * as the reference writes it.
 */

type Ways = readonly (readonly [what: string, value: unknown])[];

const CALENDAR = 'spec.schedule.calendars[]';
const BELLS = `${CALENDAR}.bellSchedules[]`;

const NAMES: Ways = [
  ['upper case', 'Normal'],
  ['with a dot', 'a.b'],
];

const DATES: Ways = [
  ['a day that does not exist', '2021-02-30'],
  ['a year long gone', '0001-01-01'],
  ['the last year', '9999-12-31'],
];

const TIMES: Ways = [
  ['midnight', '00:00'],
  ['the last minute', '23:59'],
  ['an hour that does not exist', '24:00'],
];

const INSTANTS: Ways = [
  ['a day that does not exist', '2021-02-30T15:00:00Z'],
  ['an hour that does not exist', '2021-10-04T24:00:00Z'],
  ['a leap second', '2016-12-31T23:59:60Z'],
  ['no offset', '2021-10-04T15:00:00.000'],
  ['an offset of minutes', '2021-10-04T15:00:00+05:45'],
  ['a year long gone', '0001-01-01T00:00:00Z'],
  ['the last year', '9999-12-31T23:59:59.999999999Z'],
];

const SPANS: Ways = [
  ['a unit without a number', 'hm'],
  ['zero', '0m'],
  ['more than a day', '24h9999m'],
  ['seconds', '90s'],
];

const QUANTITIES: Ways = [
  ['zero', '0'],
  ['negative', '-1'],
  ['below one', '0.5'],
  ['a thousandth', '1m'],
  ['one', '1'],
  ['more than 64 bits hold', '999999999999999T'],
  ['an unknown unit', '1GB'],
  ['an exponent', '1e3'],
];

const URLS: Ways = [
  ['a port that does not exist', 'https://example.org:99999'],
  ['no host', 'https://:443'],
  ['a bracket that is not closed', 'https://[::1'],
];

const STORAGE: Ways = [['smaller', '1Gi'], ...QUANTITIES];

const GROWTH = ['grown', 'more than 64 bits hold'];

/** @returns whether only a new platform can follow it: volumes do not shrink. */
export const growsVolume = ({ field, what }: { readonly field: string; readonly what: string }): boolean =>
  /\.(storage|size)$/.test(field) && GROWTH.includes(what);

export const NONSENSE: Readonly<Record<string, Ways>> = {
  'spec.district.displayName': [
    ['several lines', 'Grand\nBend'],
    ['a shell command', '"; $(reboot) #'],
    ['other alphabets', 'Grand Bend 学区 🏫'],
  ],
  'spec.district.timeZone': [
    ['unknown', 'Mars/Olympus_Mons'],
    ['an offset', '+0530'],
    ['lower case', 'america/chicago'],
    ['an abbreviation', 'EST5EDT'],
    ['this machine', 'Local'],
  ],
  'spec.release.version': [
    ['not known', '9.9.9'],
    ['a pre-release', '1.1.0-rc.1'],
    ['build metadata', '1.1.0+build'],
    ['a name', 'latest'],
    ['as long as it may be', `1.0.0-${'a'.repeat(34)}`],
  ],
  'spec.release.images.registry': [
    ['a scheme', 'https://registry.example.com'],
    ['a slash at its end', 'registry.example.com/'],
    ['two slashes', 'registry.example.com//heroes'],
  ],
  'spec.release.images.pullSecrets[].name': NAMES,
  'spec.api.replicas': [
    ['a minimum above the maximum', { min: 5, max: 4 }],
    ['the same', { min: 3, max: 3 }],
  ],
  'spec.api.resources.requests.cpu': [['more than the limit', '3'], ...QUANTITIES],
  'spec.api.resources.requests.memory': [['more than the limit', '1Gi'], ...QUANTITIES],
  'spec.api.resources.limits.cpu': [['less than the request', '100m'], ...QUANTITIES],
  'spec.api.resources.limits.memory': [['less than the request', '64Mi'], ...QUANTITIES],
  'spec.api.resources.requests': [['more than any node has', { cpu: '2', memory: '700Mi' }]],
  'spec.api.resources': [
    ['more than any node has', { requests: { cpu: '9999', memory: '1Gi' }, limits: { cpu: '9999', memory: '1Gi' } }],
  ],
  'spec.api.hostname': [
    ['an address', '10.0.0.1'],
    ['upper case', 'Heroes.example.org'],
    ['with a port', 'heroes.example.org:8080'],
    ['one label', 'heroes'],
    ['any name', '*.example.org'],
  ],
  'spec.edge.resources.requests.cpu': [['more than the limit', '3'], ...QUANTITIES],
  'spec.edge.resources.requests.memory': [['more than the limit', '1Gi'], ...QUANTITIES],
  'spec.edge.resources.limits.cpu': [['less than the request', '10m'], ...QUANTITIES],
  'spec.edge.resources.limits.memory': [['room for nobody', '100Mi'], ['less than the request', '64Mi'], ...QUANTITIES],
  'spec.edge.ingressClassName': NAMES,
  'spec.schedule.prescale.until': INSTANTS,
  'spec.schedule.prescale.reason': [
    ['blank', '  '],
    ['several lines', 'State\ntests'],
    ['a shell command', '"; $(reboot) #'],
  ],
  'spec.schedule.leadTime': SPANS,
  'spec.schedule.holdAfter': SPANS,
  'spec.schedule.mergeGapsUnder': SPANS,
  [`${CALENDAR}.name`]: NAMES,
  [`${CALENDAR}.terms`]: [
    ['that overlap', ['fall', 'all'].map((name) => ({ name, startDate: '2021-08-23', endDate: '2021-12-17' }))],
  ],
  [`${CALENDAR}.terms[].startDate`]: DATES,
  [`${CALENDAR}.terms[].endDate`]: DATES,
  [`${BELLS}.name`]: [...NAMES, ['no longer the one that a date names', 'other']],
  [`${BELLS}.days`]: [['each', ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']]],
  [`${BELLS}.periods`]: [
    ['that overlap', ['first', 'second'].map((name) => ({ name, startTime: '08:00', endTime: '09:00' }))],
  ],
  [`${BELLS}.periods[].startTime`]: TIMES,
  [`${BELLS}.periods[].endTime`]: TIMES,
  [`${CALENDAR}.bellSchedules`]: [
    [
      'a weekday in two of them',
      ['normal', 'other'].map((name) => ({
        name,
        days: ['Monday'],
        periods: [{ name: 'first', startTime: '08:00', endTime: '09:00' }],
      })),
    ],
  ],
  [`${CALENDAR}.calendarDates`]: [
    [
      'a date with two bell schedules that are not there',
      ['normal', 'other'].map((bellSchedule) => ({ date: '2021-09-06', event: 'MakeUpDay', bellSchedule })),
    ],
    ['a Sunday without bells', [{ date: '2021-09-05', event: 'MakeUpDay' }]],
  ],
  [`${CALENDAR}.calendarDates[].date`]: DATES,
  [`${CALENDAR}.calendarDates[].bellSchedule`]: [...NAMES, ['not defined', 'other']],
  'spec.database.embedded.storage': [...STORAGE, ['grown', '12Gi']],
  'spec.database.embedded.storageClassName': [['another', 'other']],
  'spec.database.embedded.resources.requests.cpu': [['more than the limit', '4'], ...QUANTITIES],
  'spec.database.embedded.resources.requests.memory': [['more than the limit', '3Gi'], ...QUANTITIES],
  'spec.database.embedded.resources.limits.cpu': [['less than the request', '100m'], ...QUANTITIES],
  'spec.database.embedded.resources.limits.memory': [
    ['room for nobody', '200Mi'],
    ['less than the request', '300Mi'],
    ...QUANTITIES,
  ],
  'spec.cache.embedded.maxMemory': QUANTITIES,
  'spec.backup.schedule': [
    ['numbers out of range', '99 99 * * *'],
    ['a date that never comes', '0 0 31 2 *'],
    ['a range that runs backwards', '5-1 * * * *'],
    ['steps wider than the range', '*/99 * * * *'],
    ['with seconds', '0 0 0 29 2 *'],
    ['a name', '@daily'],
    ['names of days', '0 0 * * MON'],
    ['Sunday as 7', '0 0 29 2 7'],
  ],
  'spec.backup.repository.volume.size': [...STORAGE, ['grown', '22Gi']],
  'spec.backup.repository.volume.storageClassName': [['another', 'other']],
  'spec.auth.oidc.issuer': [...URLS, ['another scheme', 'ftp://login.example.org']],
  'spec.network.publicUrl': [...URLS, ['a path', 'https://heroes.example.org/api']],
  'spec.network.trustedProxies': [
    ['numbers out of range', ['999.0.0.1']],
    ['colons alone', ['1::2::3']],
    ['a name', ['ingress.example.org']],
    ['everything', ['0.0.0.0/0', '::/0']],
  ],
  'spec.safety.webhook.url': [...URLS, ['not encrypted', 'http://safety.example.org/hook']],
  'spec.privacy.retention[].maxAge': [
    ['none at all', '0d'],
    ['months', '3m'],
    ['as long as it may be', '9999d'],
  ],
  'spec.privacy.retention[].class': [['another', 'Audit']],
  'spec.observability.tracing.endpoint': [...URLS, ['another scheme', 'grpc://collector:4317']],
  'spec.observability.logs.elasticsearch.url': [...URLS, ['a path', 'https://logs.example.org/elastic']],
  'spec.observability.scraperLabels': [
    ['a key that no label can have', { 'not a key!': 'value' }],
    ['a value that no label can have', { key: '-' }],
  ],
  'spec.observability.ruleLabels': [
    ['a key that no label can have', { 'not a key!': 'value' }],
    ['a key of ours', { 'app.kubernetes.io/managed-by': 'me' }],
    ['a value that no label can have', { key: '-' }],
  ],
};
