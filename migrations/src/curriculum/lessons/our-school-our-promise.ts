import type { Lesson } from '../lesson.ts';

export const OUR_SCHOOL_OUR_PROMISE: Lesson = {
  id: 'our-school-our-promise',
  published: true,
  content: {
    title: 'Our school, our promise',
    summary:
      'The class turns what it has learned into one change that can be seen at school, and decides how it will know that it worked.',
    language: 'en',
    gradeLevels: [4, 5, 6],
    categories: ['school-climate', 'bystanders'],
    objectives: [
      'Find a place or time at school where bullying happens easily, and say why',
      'Plan one change with a first step, a person responsible and a date',
      'Agree on a sign by which everyone will see that it worked',
    ],
    steps: [
      {
        title: 'Hot and safe spots',
        minutes: 10,
        instructions:
          'On a map of the school, students put red dots where they feel uneasy and green dots where they feel safe, without names and without talking. Look at it together: what do the places have in common?',
      },
      {
        title: 'One change',
        minutes: 15,
        instructions:
          'Groups propose one change for one red spot that students can make themselves, such as a bench where anyone may join, games for the first ten minutes of the break, or greeters on the bus. The class chooses one.',
      },
      {
        title: 'Plan',
        minutes: 15,
        instructions:
          'Write the first step, who takes it, whom we must ask, when we begin, and by what we will see after four weeks that it works. Put the plan up where it will be seen.',
      },
      {
        title: 'Promise',
        minutes: 5,
        instructions:
          'Read the agreement of the first lesson again. What did we keep? Everyone signs the plan with a mark, and the class names the day on which it will look back.',
      },
    ],
    activities: [
      {
        id: 'where-to-begin',
        step: 1,
        kind: 'one',
        prompt: 'At which place should our change begin?',
        choices: [
          'The playground',
          'The corridor and the stairs',
          'The lunch hall',
          'The bus and the way to school',
          'Online',
        ],
        debrief:
          'Take the place with most votes, unless it is one that students alone cannot change: then take the second, and tell an adult of the first.',
      },
      {
        id: 'i-will-help',
        step: 3,
        kind: 'scale',
        prompt: 'How much will you help with the plan?',
        choices: ['I will watch how it goes', 'I will help when asked', 'I will help from the start'],
        debrief:
          'A plan needs a few from the start and nobody against it. Count, and name the day on which you will look back.',
      },
    ],
    media: [],
    accessibility: {
      accessModes: ['visual', 'auditory', 'textual'],
      hazards: [],
      adaptations: [
        'Give each student a small map at their place; dots are carried over to the large one for them.',
        'Read the places aloud and let students raise a red or a green card with closed eyes.',
      ],
    },
    sensitive: false,
    crisisResources: [],
  },
};
