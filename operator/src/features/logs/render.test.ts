import { describe, expect, it } from 'vitest';
import { platformWith } from '../../platform/testing/platforms.ts';
import { logsOf, logsParts, rsyslogConf } from './render.ts';

const withLogs = (elasticsearch: object) => {
  const platform = platformWith({ observability: { logs: { elasticsearch } } });
  const logs = logsOf(platform, '0.2.0');
  if (logs === undefined) throw new Error('no logs');
  return { platform, logs };
};

describe('the log agent', () => {
  it('is of no use to a release that writes no files, nor without a place to ship to', () => {
    const { platform } = withLogs({ url: 'https://logs.example.org:9200' });
    expect(logsOf(platform, '0.1.0')).toBeUndefined();
    expect(logsOf(platformWith(), '0.2.0')).toBeUndefined();
  });

  it.each([
    ['https://logs.example.org:9200', 'server="logs.example.org" serverport="9200" usehttps="on"'],
    ['https://logs.example.org', 'server="logs.example.org" serverport="443" usehttps="on"'],
    ['http://opensearch.logs.svc', 'server="opensearch.logs.svc" serverport="80" usehttps="off"'],
  ])('ships to %s', (url, expected) => {
    const conf = rsyslogConf(withLogs({ url }).logs, '0.2.1');
    expect(conf).toContain(expected);
    expect(conf).toContain('constant(value="heroes-logs-")');
    expect(conf).not.toContain('uid=');
    expect(conf).not.toContain('cacert');
  });

  it('notes no place before its lines are queued; of a release before 0.2.1 it is as it was', () => {
    const { logs } = withLogs({ url: 'https://logs.example.org' });
    expect(rsyslogConf(logs, '0.2.1')).not.toContain('persistStateInterval');
    expect(rsyslogConf(logs, '0.2.0')).toContain('  persistStateInterval="100" persistStateAfterSubmission="on")');
  });

  it('has credentials by its environment, never by its configuration', () => {
    const secret = { name: 'elastic' };
    const { platform, logs } = withLogs({
      url: 'https://logs.example.org',
      username: secret,
      password: secret,
      certificateAuthority: secret,
    });
    const conf = rsyslogConf(logs, '0.2.1');
    expect(conf).toContain('uid=`echo $ELASTICSEARCH_USERNAME` pwd=`echo $ELASTICSEARCH_PASSWORD`');
    expect(conf).toContain('tls.cacert="/etc/heroes/logs-authority/ca.crt"');
    const { container, volumes } = logsParts(platform, logs, '0.2.0');
    expect(container.env?.map(({ name, valueFrom }) => [name, valueFrom?.secretKeyRef])).toEqual([
      ['ELASTICSEARCH_USERNAME', { name: 'elastic', key: 'username' }],
      ['ELASTICSEARCH_PASSWORD', { name: 'elastic', key: 'password' }],
    ]);
    expect(volumes.map(({ name }) => name)).toEqual(['logs', 'logs-spool', 'logs-config', 'logs-authority']);
  });
});
