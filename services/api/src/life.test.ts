import { describe, expect, it } from 'vitest';
import { Life } from './life.ts';

describe('a life', () => {
  it('goes from stage to stage', () => {
    const life = new Life('waiting for the database');
    life.enter('warming up');
    expect(life.stage).toBe('warming up');
    life.enter('serving');
    expect(life.stage).toBe('serving');
  });

  it('that was told to stop serves no more, though it has just become warm', () => {
    const life = new Life('warming up');
    life.enter('stopping');
    life.enter('serving');
    expect(life.stage).toBe('stopping');
    expect(life.isStopping).toBe(true);
  });
});
