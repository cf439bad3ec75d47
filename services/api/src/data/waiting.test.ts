import { describe, expect, it } from 'vitest';
import { Waiting } from './waiting.ts';

function waiting() {
  let nowMs = 0;
  const each = new Waiting(() => nowMs);
  return { each, pass: (ms: number) => void (nowMs += ms) };
}

describe('waiting', () => {
  it('is nothing while nobody waits', () => {
    expect(waiting().each.currentMs()).toBe(0);
  });

  it('is as long as half of the last ones waited', () => {
    const { each, pass } = waiting();
    for (const ms of [1, 2, 300]) {
      const end = each.begin();
      pass(ms);
      end();
    }
    expect(each.currentMs()).toBe(2);
  });

  it('is as long as whoever has waited longest, though nobody has come through', () => {
    const { each, pass } = waiting();
    each.begin();
    pass(400);
    each.begin();
    pass(50);
    expect(each.currentMs()).toBe(450);
  });

  it('is forgotten when it is over', () => {
    const { each, pass } = waiting();
    const end = each.begin();
    pass(700);
    end();
    end();
    expect(each.currentMs()).toBe(700);
    pass(1_000);
    expect(each.currentMs()).toBe(0);
  });
});
