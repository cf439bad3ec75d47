import { describe, expect, it } from 'vitest';
import { Statements } from './prepared.ts';

const again = (statements: Statements, text: string) => Array.from({ length: 5 }, () => statements.nameOf(text));

describe('statements', () => {
  it('are prepared from the fourth time on, each under a name of its own that PostgreSQL takes', () => {
    const statements = new Statements();
    const [first, second, third, fourth, fifth] = again(statements, 'select a from t where b = $1');
    expect([first, second, third]).toEqual([undefined, undefined, undefined]);
    expect(fourth).toMatch(/^s_[0-9a-f]{32}$/);
    expect(fifth).toBe(fourth);
    expect(again(statements, 'select a from t where c = $1').at(-1)).not.toBe(fourth);
  });

  it.each([
    'select * from "t" where "a" = $1',
    'select "h".* from "t" as "h" where "a" = $1',
    'insert into t (a) values ($1) returning *',
  ])('that answer whatever columns there are, are not: %s', (text) => {
    expect(again(new Statements(), text)).toEqual(Array(5).fill(undefined));
  });

  it('that count are', () => {
    expect(again(new Statements(), 'select count(*) from t where a = $1').at(-1)).toBeDefined();
  });

  it('are not any more once they were refused', () => {
    const statements = new Statements();
    const text = 'select a from t where b = $1';
    again(statements, text);
    statements.refuse(text);
    expect(again(statements, text)).toEqual(Array(5).fill(undefined));
  });
});
