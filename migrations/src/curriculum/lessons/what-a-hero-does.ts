import type { Lesson } from '../lesson.ts';

export const WHAT_A_HERO_DOES: Lesson = {
  id: 'what-a-hero-does',
  published: true,
  content: {
    title: 'What a hero does',
    summary:
      'Students replace the cape-and-muscle picture of a hero with one they can live up to: someone who notices, cares and acts.',
    language: 'en',
    gradeLevels: [4, 5, 6],
    categories: ['recognising', 'school-climate'],
    objectives: [
      'Describe a hero as a person who notices, cares and acts',
      'Name one everyday act of courage seen at school',
      'Help write the agreement that the class will keep in every lesson',
    ],
    steps: [
      {
        title: 'Two drawings',
        minutes: 10,
        instructions:
          'Each student folds a sheet in half and draws a hero from a film on one side and a person who once helped them on the other. No names on the drawings. In pairs, they list what both heroes have in common.',
      },
      {
        title: 'Notice, care, act',
        minutes: 10,
        instructions:
          'Write the three words on the board. Read three short scenes aloud: a dropped tray, a boy left out of a game, a rumour in the corridor. After each, ask: who noticed? who cared? who acted? What would acting have looked like?',
      },
      {
        title: 'Our agreement',
        minutes: 15,
        instructions:
          'Ask what everyone needs in order to speak honestly here. Collect answers until they can be said in five sentences, for example: we speak for ourselves; we tell stories without names; we may pass. Everyone signs with a mark, not a name.',
      },
      {
        title: 'Exit note',
        minutes: 5,
        instructions:
          'Students write one small heroic act they could do before the next lesson. Collect the notes unsigned and read three aloud.',
      },
    ],
    activities: [
      {
        id: 'which-hero',
        step: 1,
        kind: 'one',
        prompt: 'A tray falls in the lunch hall and some laugh. What would a hero do first?',
        choices: [
          'Laugh along, so that it is over sooner',
          'Go over and help to pick things up',
          'Look away, so that it is less embarrassing',
          'Film it to have proof',
        ],
        debrief:
          'Helping to pick things up is small, takes ten seconds, and says: you are not alone. Ask what looking away would have said.',
      },
      {
        id: 'own-act',
        step: 3,
        kind: 'one',
        prompt: 'Which small heroic act could you do before the next lesson?',
        choices: [
          'Greet someone who is often alone',
          'Help someone without being asked',
          'Say something kind about someone who is not there',
          'Ask someone how they are, and wait for the answer',
        ],
        debrief:
          'Say aloud how many chose each, never who. Next time ask the class how it went, and whether anyone noticed.',
      },
    ],
    media: [],
    accessibility: {
      accessModes: ['textual', 'auditory', 'visual'],
      hazards: [],
      adaptations: [
        'Instead of drawing, students may write, dictate or describe their two heroes.',
        'Read the three scenes from a printed sheet as well, for those who follow better by eye.',
      ],
    },
    sensitive: false,
    crisisResources: [],
  },
};
