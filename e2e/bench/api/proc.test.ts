import { describe, expect, it } from 'vitest';
import { cpuSecondsIn, cpuSecondsOf, residentMibIn, residentMibOf } from './proc.ts';

describe('cpuSecondsIn', () => {
  it('finds the times behind whatever the process is called', () => {
    const stat = '4242 (a) b ((c)) S 1 4242 4242 0 -1 4194560 100 200 3 4 150 25 7 8 20 0 11 0 12345 1000000 500';
    expect(cpuSecondsIn(stat)).toBe(1.75);
  });
});

describe('residentMibIn', () => {
  it('is what is in RAM', () => {
    expect(residentMibIn('Name:\tnode\nVmHWM:\t   90000 kB\nVmRSS:\t   51200 kB\nRssAnon:\t 1 kB\n')).toBe(50);
  });
});

describe('this process', () => {
  it('has used both', () => {
    expect(cpuSecondsOf(process.pid)).toBeGreaterThan(0);
    expect(residentMibOf(process.pid)).toBeGreaterThan(10);
  });
});
