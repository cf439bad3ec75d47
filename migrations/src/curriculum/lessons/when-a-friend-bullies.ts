import type { Lesson } from '../lesson.ts';
import { CRISIS_RESOURCES } from '../crisis-resources.ts';

export const WHEN_A_FRIEND_BULLIES: Lesson = {
  id: 'when-a-friend-bullies',
  published: false,
  content: {
    title: 'When a friend is the one who bullies',
    summary: 'Draft, under review by counsellors: how to stay loyal to a friend without going along.',
    language: 'en',
    gradeLevels: [6],
    categories: ['friendship', 'bystanders'],
    objectives: ['Describe the pull between loyalty and fairness', 'Say one honest sentence to a friend in private'],
    steps: [
      {
        title: 'The pull',
        minutes: 10,
        instructions:
          'Students place themselves on a line between loyal and fair for three situations, and say what would move them one step.',
      },
      {
        title: 'In private',
        minutes: 15,
        instructions:
          'Write and rehearse one honest sentence that does not shame: I did not like how that felt; I am your friend, and I will not join in.',
      },
    ],
    activities: [],
    media: [],
    accessibility: {
      accessModes: ['auditory'],
      hazards: [],
      adaptations: ['Students mark their place on a line drawn on paper instead of standing on one.'],
    },
    sensitive: true,
    crisisResources: CRISIS_RESOURCES,
  },
};
