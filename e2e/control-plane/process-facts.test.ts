import { describe, expect, it } from 'vitest';
import { cpuMs, cpuMsIn, rssBytes, rssBytesIn } from './process-facts.ts';

describe('cpuMsIn', () => {
  it('finds the times behind whatever the process is called', () => {
    const stat = '4242 (a) b ((c)) S 1 4242 4242 0 -1 4194560 100 200 3 4 150 25 7 8 20 0 11 0 12345 1000000 500';
    expect(cpuMsIn(stat)).toBe(1750);
  });
});

describe('rssBytesIn', () => {
  it('is what is in RAM', () => {
    expect(rssBytesIn('Name:\tnode\nVmHWM:\t   90000 kB\nVmRSS:\t   51200 kB\nRssAnon:\t 1 kB\n')).toBe(50 * 2 ** 20);
  });

  it('is nothing of a process that has ended and is not yet waited for', () => {
    expect(rssBytesIn('Name:\tnode\nState:\tZ (zombie)\n')).toBeUndefined();
  });
});

describe('this process', () => {
  it('has used both', () => {
    expect(cpuMs(process.pid)).toBeGreaterThan(0);
    expect(rssBytes(process.pid)).toBeGreaterThan(10 * 2 ** 20);
  });
});
