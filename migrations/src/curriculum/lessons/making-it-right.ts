import type { Lesson } from '../lesson.ts';
import { CRISIS_RESOURCES } from '../crisis-resources.ts';

export const MAKING_IT_RIGHT: Lesson = {
  id: 'making-it-right',
  published: true,
  content: {
    title: 'Making it right',
    summary:
      'Everyone hurts someone at times. Students learn what a real apology holds, what it cannot ask for, and how harm is repaired.',
    language: 'en',
    gradeLevels: [4, 5, 6],
    categories: ['repair', 'friendship'],
    objectives: [
      'Tell a real apology from an excuse',
      'Name the four parts of an apology: what I did, what it did to you, what I will do, no demand to be forgiven',
      'Understand that a person who was hurt decides whether and when to talk',
    ],
    steps: [
      {
        title: 'Sorry, but',
        minutes: 10,
        instructions:
          'Read six apologies aloud, among them: sorry if you felt bad; sorry, but you started it. Students stand up for those they would believe, and say which word gave the others away.',
      },
      {
        title: 'Four parts',
        minutes: 10,
        instructions:
          'Show the four parts on the example of a secret that was passed on. Note the last one: forgiveness is a gift, and cannot be asked for as payment.',
      },
      {
        title: 'Repair',
        minutes: 15,
        instructions:
          'For three cases, groups find what would make something better: giving back, correcting a rumour where it was spread, keeping a distance, changing a habit. An adult asks the person who was hurt what they need, and nobody has to meet anybody.',
      },
      {
        title: 'A letter that is not sent',
        minutes: 10,
        instructions:
          'Students write a few lines to someone they once hurt. They keep or tear up the letter; it is not collected.',
      },
    ],
    activities: [
      {
        id: 'real-apology',
        step: 0,
        kind: 'one',
        prompt: 'Which is a real apology?',
        choices: [
          'Sorry if you felt bad.',
          'Sorry, but you started it.',
          'I told your secret. You must have felt betrayed. I have told them that it was wrong of me.',
          'I said sorry, so now you have to forgive me.',
        ],
        debrief:
          'It says what I did, what it did to you, and what I do about it, and asks for nothing. If, but and have to give the others away.',
      },
    ],
    media: [],
    accessibility: {
      accessModes: ['textual', 'auditory'],
      hazards: [],
      adaptations: [
        'Students show with a card instead of standing up whether they would believe an apology.',
        'The letter may be drawn, dictated or only thought.',
      ],
    },
    sensitive: true,
    crisisResources: CRISIS_RESOURCES,
  },
};
