import { describe, expect, it } from 'vitest';
import { CURRICULUM } from './lessons.ts';

describe('the curriculum', () => {
  it('has twelve published lessons, and drafts that are not', () => {
    expect(CURRICULUM.filter(({ published }) => published)).toHaveLength(12);
    expect(CURRICULUM.some(({ published }) => !published)).toBe(true);
  });

  it.each(CURRICULUM.map((lesson) => [lesson.id, lesson] as const))('%s is complete and fits a class', (id, lesson) => {
    expect(id).toMatch(/^[a-z0-9-]{1,64}$/);
    const minutes = lesson.steps.reduce((total, step) => total + step.minutes, 0);
    if (lesson.published) expect(minutes).toBeGreaterThanOrEqual(30);
    expect(minutes).toBeLessThanOrEqual(50);
    expect(lesson.objectives.length).toBeGreaterThanOrEqual(2);
    expect(lesson.gradeLevels.every((grade) => grade >= 4 && grade <= 6)).toBe(true);
    expect(lesson.title.length).toBeLessThanOrEqual(120);
    expect(lesson.summary.length).toBeLessThanOrEqual(600);
  });

  it('names no lesson twice', () => {
    expect(new Set(CURRICULUM.map(({ id }) => id)).size).toBe(CURRICULUM.length);
  });
});
