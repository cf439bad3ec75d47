import { describe, expect, it } from 'vitest';
import { Metrics } from './prometheus-text.ts';

const TEXT = `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{code="200",method="GET"} 3
requests_total{code="404",method="GET"} 1
requests_total{code="<error>",method="a \\"quoted\\" {one}, \\\\n"} 2
up 1
seconds_bucket{le="+Inf"} 7 1700000000000
limit +Inf
`;

describe('Metrics', () => {
  const metrics = new Metrics(TEXT);

  it('adds up the samples that have the labels', () => {
    expect(metrics.value('requests_total')).toBe(6);
    expect(metrics.value('requests_total', { method: 'GET' })).toBe(4);
    expect(metrics.value('requests_total', { code: '404', method: 'GET' })).toBe(1);
  });

  it('reads values of every form', () => {
    expect(metrics.value('up')).toBe(1);
    expect(metrics.value('seconds_bucket', { le: '+Inf' })).toBe(7);
    expect(metrics.value('limit')).toBe(Infinity);
  });

  it('undoes what was escaped in a label', () => {
    expect(metrics.samples[2]?.labels.method).toBe('a "quoted" {one}, \\n');
  });

  it('tells that there is no such sample', () => {
    expect(metrics.value('requests')).toBeUndefined();
    expect(metrics.value('requests_total', { code: '500' })).toBeUndefined();
  });
});
