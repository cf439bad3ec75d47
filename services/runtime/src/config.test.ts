import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const Schema = Type.Object({
  PORT: Type.Integer({ minimum: 1, maximum: 65_535, default: 8080, description: 'Port to listen on.' }),
  PASSWORD: Type.String({ minLength: 8, description: 'Password of the database.' }),
});

describe('readConfig', () => {
  it('converts numbers, fills defaults and passes over other variables', () => {
    expect(readConfig(Schema, { PORT: '1', PASSWORD: 'long enough', HOME: '/' })).toEqual({
      PORT: 1,
      PASSWORD: 'long enough',
    });
    expect(readConfig(Schema, { PASSWORD: 'long enough' }).PORT).toBe(8080);
  });

  it('names what is missing and what it is for', () => {
    expect(() => readConfig(Schema, {})).toThrow(/PASSWORD: .*Password of the database\./);
  });

  it('never shows a value', () => {
    expect(() => readConfig(Schema, { PASSWORD: 'short', PORT: 'x' })).toThrow(/^(?![^]*short(?!er))[^]*PORT/);
  });
});
