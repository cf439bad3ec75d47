import type { Lesson } from '../lesson.ts';
import { CRISIS_RESOURCES } from '../crisis-resources.ts';

export const SMALL_MOVES_OF_UPSTANDERS: Lesson = {
  id: 'small-moves-of-upstanders',
  published: true,
  content: {
    title: 'Small moves of upstanders',
    summary:
      'From bystander to upstander without putting oneself in danger: four moves, from the quietest to the boldest.',
    language: 'en',
    gradeLevels: [4, 5, 6],
    categories: ['bystanders', 'responding'],
    objectives: [
      'Describe four moves: go and stand with, distract, get help, speak up',
      'Choose a move that is safe in a given situation',
      'Practise one move until it feels possible',
    ],
    steps: [
      {
        title: 'The ladder',
        minutes: 10,
        instructions:
          'Draw a ladder with four rungs: stand with the person, distract, get help, speak up. For each, students give an example in their own words. No rung is better than another; the right one is the one you will really take.',
      },
      {
        title: 'Pick a rung',
        minutes: 15,
        instructions:
          'Read five scenes in the bus, the playground, the changing room, a chat and the class. In groups, students choose a rung and say what could go wrong. Change one detail, for example that the person is older, and let them choose again.',
      },
      {
        title: 'Rehearsal',
        minutes: 15,
        instructions:
          'In threes, students rehearse the sentence or act that they chose: come and sit with us; we are starting, are you in? Repeat until it comes easily. Close by asking who would be glad of it.',
      },
    ],
    activities: [
      {
        id: 'my-rung',
        step: 1,
        kind: 'one',
        prompt: 'In the scene on the bus, which rung would you really take?',
        choices: ['Stand with the person', 'Distract', 'Get help', 'Speak up'],
        debrief:
          'Show how many chose each. No rung is better; several small ones from different people are stronger than one big one.',
      },
      {
        id: 'how-sure',
        step: 2,
        kind: 'scale',
        prompt: 'After rehearsing: how likely is it that you will make your move?',
        choices: ['Not yet', 'Perhaps', 'Probably', 'Surely'],
        debrief:
          'Not yet is an honest answer. Ask what would make it one step easier: a friend beside you, a shorter sentence, an adult nearby?',
      },
    ],
    media: [],
    accessibility: {
      accessModes: ['textual', 'auditory', 'visual'],
      hazards: [],
      adaptations: [
        'Put the ladder on a table as four cards that can be touched and moved.',
        'Rehearse in writing or with a partner of their choice where speaking before others is hard.',
      ],
    },
    sensitive: true,
    crisisResources: CRISIS_RESOURCES,
  },
};
