import { describe, expect, it } from 'vitest';
import { told } from './measure.ts';
import { machinesOf, merged, type Results } from './results.ts';

const results = (machine: string, ...names: string[]): Results => ({
  machine,
  measures: names.map((name) => told(name, 1, 'ms')),
});

describe('results', () => {
  it('of a part take the place of its own figures and leave the others', () => {
    const { measures } = merged(results('A', 'edits: p99', 'churn: heap'), {
      machine: 'A',
      measures: [told('churn: heap', 2, 'ms'), told('churn: timers', 3, 'ms')],
    });
    expect(measures).toEqual([
      told('edits: p99', 1, 'ms'),
      told('churn: heap', 2, 'ms'),
      told('churn: timers', 3, 'ms'),
    ]);
  });

  it('say of each figure what it was measured on', () => {
    const former = merged(results('A', 'edits: p50', 'edits: p99'), results('B', 'churn: heap'));
    expect(machinesOf(former)).toBe('A (edits), and B (churn)');
    expect(machinesOf(merged(former, results('A', 'growth: 1')))).toBe('A (edits; growth), and B (churn)');
    expect(machinesOf(merged(former, results('B', 'edits: p50', 'edits: p99')))).toBe('B');
  });
});
