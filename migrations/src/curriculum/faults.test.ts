import { describe, expect, it } from 'vitest';
import type { LessonActivity, LessonContent, LessonMedia } from './content.ts';
import { publishingFaults } from './faults.ts';
import { WHAT_A_HERO_DOES } from './lessons/what-a-hero-does.ts';

const GOOD = WHAT_A_HERO_DOES.content;

const VIDEO: LessonMedia = {
  id: 'film',
  step: 0,
  mediaType: 'video/mp4',
  path: 'heroes/film.mp4',
  bytes: 1000,
  sha256: 'a'.repeat(64),
  alt: 'A girl helps to pick up a tray.',
  captions: [{ language: 'en', path: 'heroes/film.vtt', bytes: 100, sha256: 'b'.repeat(64) }],
  transcript: 'A tray falls. A girl gets up and helps.',
};
const ACTIVITY: LessonActivity = {
  id: 'which-hero',
  step: 0,
  kind: 'one',
  prompt: 'Who is a hero?',
  choices: ['Who helps', 'Who is strong'],
  debrief: 'Ask why.',
};

describe('publishingFaults', () => {
  it('has nothing to say of a complete lesson, with media too', () => {
    expect(publishingFaults({ ...GOOD, media: [VIDEO] })).toEqual([]);
  });

  it.each<[string, Partial<LessonContent>, string]>([
    ['no summary', { summary: ' ' }, '/summary'],
    ['no grades', { gradeLevels: [] }, '/gradeLevels'],
    ['no categories', { categories: [] }, '/categories'],
    ['no objectives', { objectives: [] }, '/objectives'],
    ['no steps', { steps: [], activities: [] }, '/steps'],
    [
      'a length that fits no class',
      { steps: [{ title: 'a', minutes: 4, instructions: 'b' }], activities: [] },
      '/steps',
    ],
    [
      'nothing for who cannot',
      { accessibility: { ...GOOD.accessibility, adaptations: [] } },
      '/accessibility/adaptations',
    ],
    ['no way of teaching', { accessibility: { ...GOOD.accessibility, accessModes: [] } }, '/accessibility/accessModes'],
    ['sensitive, and nobody to turn to', { sensitive: true }, '/crisisResources'],
    ['an activity of no step', { activities: [{ ...ACTIVITY, step: 4 }] }, '/activities/0/step'],
    ['an activity twice', { activities: [ACTIVITY, ACTIVITY] }, '/activities/1/id'],
    ['media of no step', { media: [{ ...VIDEO, step: 9 }] }, '/media/0/step'],
    ['media twice', { media: [VIDEO, VIDEO] }, '/media/1/id'],
    ['no text alternative', { media: [{ ...VIDEO, alt: '' }] }, '/media/0/alt'],
    ['no transcript', { media: [{ ...VIDEO, transcript: '' }] }, '/media/0/transcript'],
    ['no captions', { media: [{ ...VIDEO, captions: [] }] }, '/media/0/captions'],
    ['captions in another language', { language: 'es', media: [VIDEO] }, '/media/0/captions'],
    [
      'sound without a transcript',
      { media: [{ ...VIDEO, mediaType: 'audio/ogg', transcript: '' }] },
      '/media/0/transcript',
    ],
  ])('finds %s', (_what, changes, pointer) => {
    expect(publishingFaults({ ...GOOD, ...changes }).map((fault) => fault.pointer)).toEqual([pointer]);
  });

  it('asks no transcript of a picture, and no captions of sound', () => {
    const picture: LessonMedia = { ...VIDEO, mediaType: 'image/png', captions: [], transcript: '' };
    const sound: LessonMedia = { ...VIDEO, id: 'sound', mediaType: 'audio/ogg', captions: [] };
    expect(publishingFaults({ ...GOOD, media: [picture, sound] })).toEqual([]);
  });
});
