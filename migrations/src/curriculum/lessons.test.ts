import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { LessonContent, minutesOf } from './content.ts';
import { publishingFaults } from './faults.ts';
import { CURRICULUM } from './lessons.ts';

describe('the curriculum', () => {
  it('has twelve published lessons, and drafts that are not', () => {
    expect(CURRICULUM.filter(({ published }) => published)).toHaveLength(12);
    expect(CURRICULUM.some(({ published }) => !published)).toBe(true);
  });

  it.each(CURRICULUM.map((lesson) => [lesson.id, lesson] as const))('%s is as the schema has it', (id, { content }) => {
    expect(id).toMatch(/^[a-z0-9-]{1,64}$/);
    expect(Value.Errors(LessonContent, content)).toEqual([]);
  });

  it.each(CURRICULUM.filter(({ published }) => published).map(({ id, content }) => [id, content] as const))(
    '%s is complete and fits a class',
    (_id, content) => {
      expect(publishingFaults(content)).toEqual([]);
      expect(minutesOf(content)).toBeGreaterThanOrEqual(30);
      expect(minutesOf(content)).toBeLessThanOrEqual(50);
      expect(content.objectives.length).toBeGreaterThanOrEqual(2);
      expect(content.activities.length).toBeGreaterThanOrEqual(1);
    },
  );

  it('names no lesson twice', () => {
    expect(new Set(CURRICULUM.map(({ id }) => id)).size).toBe(CURRICULUM.length);
  });
});
