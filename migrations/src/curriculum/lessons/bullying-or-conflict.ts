import type { Lesson } from '../lesson.ts';

export const BULLYING_OR_CONFLICT: Lesson = {
  id: 'bullying-or-conflict',
  published: true,
  content: {
    title: 'Bullying, conflict or joking?',
    summary:
      'Students learn the three marks of bullying (on purpose, again and again, with more power on one side) and use them to sort real situations.',
    language: 'en',
    gradeLevels: [4, 5, 6],
    categories: ['recognising'],
    objectives: [
      'State the three marks of bullying',
      'Tell bullying from an argument between equals and from joking that both enjoy',
      'Explain why the difference decides what helps',
    ],
    steps: [
      {
        title: 'Four corners',
        minutes: 10,
        instructions:
          'Label the corners bullying, conflict, joking and not sure. Read six situations; students walk to a corner and one from each says why. Do not correct yet.',
      },
      {
        title: 'The three marks',
        minutes: 10,
        instructions:
          'Introduce on purpose, repeated, unequal power. Ask where power comes from: age, size, numbers, popularity, knowing a secret, belonging to a majority. Note that one very serious act can also be reason to get help at once.',
      },
      {
        title: 'Sort again',
        minutes: 15,
        instructions:
          'In groups of three, students sort ten cards using the three marks and mark the cards where they lack information. What would they need to know? Who could tell them without being put in danger?',
      },
      {
        title: 'Why it matters',
        minutes: 5,
        instructions:
          'Conflict is solved by talking it out together; bullying is not, because one side cannot speak freely. Students finish the sentence: mediation fails when …',
      },
    ],
    activities: [
      {
        id: 'three-marks',
        step: 1,
        kind: 'many',
        prompt: 'Which three marks make it bullying?',
        choices: [
          'It is done on purpose',
          'It happens again and again',
          'One side has more power',
          'Somebody cries',
          'A teacher saw it',
        ],
        debrief:
          'The first three. Tears and witnesses come with conflicts as well, and much bullying has neither. One very serious act is reason enough to get help at once.',
      },
      {
        id: 'sort-one',
        step: 2,
        kind: 'one',
        prompt:
          'Two friends of the same size shout at each other over a game, and play again the next day. What is it?',
        choices: ['Bullying', 'A conflict', 'Joking that both enjoy', 'I would need to know more'],
        debrief: 'A conflict: nobody has more power, and it ends. Ask what one more fact would turn it into bullying.',
      },
    ],
    media: [],
    accessibility: {
      accessModes: ['textual', 'auditory', 'visual'],
      hazards: [],
      adaptations: [
        'Instead of walking to a corner, students may point to it or hold up a card of its colour.',
        'Give the ten cards in large print, one situation a card, and read each aloud once.',
      ],
    },
    sensitive: false,
    crisisResources: [],
  },
};
