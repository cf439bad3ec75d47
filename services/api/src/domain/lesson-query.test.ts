import { describe, expect, it } from 'vitest';
import { isFound, type LessonQuery } from './lesson-query.ts';

const LESSON = { gradeLevels: [4, 5], categories: ['online', 'repair'], language: 'es-MX' };

describe('isFound', () => {
  it.each<[string, LessonQuery, boolean]>([
    ['nothing in particular', {}, true],
    ['one of its grades', { grade: 4 }, true],
    ['another grade', { grade: 6 }, false],
    ['one of its categories', { category: 'repair' }, true],
    ['another category', { category: 'feelings' }, false],
    ['its language', { language: 'es-MX' }, true],
    ['its language of any region', { language: 'es' }, true],
    ['its language of another region', { language: 'es-US' }, false],
    ['a language that begins the same', { language: 'e' }, false],
    ['all of it', { grade: 5, category: 'online', language: 'es' }, true],
    ['all of it but one', { grade: 5, category: 'online', language: 'en' }, false],
  ])('looking for %s', (_what, query, found) => {
    expect(isFound(LESSON, query)).toBe(found);
  });
});
