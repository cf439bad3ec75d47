import type { Lesson } from '../lesson.ts';
import { CRISIS_RESOURCES } from '../crisis-resources.ts';

export const BEHIND_THE_SCREEN: Lesson = {
  id: 'behind-the-screen',
  published: true,
  content: {
    title: 'Behind the screen',
    summary:
      'Online, nobody sees a face and nothing goes home when the bell rings. Students learn to stop, save, block and tell.',
    language: 'en',
    gradeLevels: [5, 6],
    categories: ['online', 'responding'],
    objectives: [
      'Explain what makes online bullying different: distance, speed, audience, permanence',
      'Use the steps stop, save, block, tell',
      'Decide before forwarding whether a message could hurt someone',
    ],
    steps: [
      {
        title: 'One message, four readings',
        minutes: 10,
        instructions:
          'Show the message "nice shoes". Students read it aloud as kind, bored, mocking and threatening. What is missing on a screen that would tell us which it is?',
      },
      {
        title: 'How far does it go?',
        minutes: 10,
        instructions:
          'With a paper message, play forwarding: each who holds it hands two copies on. Count after four rounds. Try to get all of them back.',
      },
      {
        title: 'Stop, save, block, tell',
        minutes: 15,
        instructions:
          'Groups put eight action cards in order for a given case. Discuss why saving comes before blocking, and why answering in anger helps the other side. Nobody needs to show their own phone.',
      },
      {
        title: 'The forwarding question',
        minutes: 5,
        instructions:
          'Find one question to ask before forwarding anything, for example: would I hand this to them on paper, face to face? Write it on the class poster.',
      },
    ],
    activities: [
      {
        id: 'first-of-four',
        step: 2,
        kind: 'one',
        prompt: 'Somebody sends you a hurtful message. You have stopped and not answered. What comes next?',
        choices: ['Block the sender', 'Save what was sent', 'Send something back', 'Delete it'],
        debrief: 'Save first: once it is blocked or deleted, it is hard to show anyone. Then block, then tell.',
      },
      {
        id: 'forward-it',
        step: 3,
        kind: 'one',
        prompt: 'A funny picture of a classmate reaches you. What do you ask yourself before you forward it?',
        choices: [
          'Is it really funny?',
          'Would I hand it to them on paper, face to face?',
          'Have the others seen it already?',
          'Can it be traced back to me?',
        ],
        debrief: 'The second question puts the person back into the picture. If the answer is no, it ends with you.',
      },
    ],
    media: [],
    accessibility: {
      accessModes: ['textual', 'auditory', 'visual'],
      hazards: [],
      adaptations: [
        'Have the message read in the four ways by those who like to read aloud; others hold up the word that they hear.',
        'Give the eight action cards with a picture each, and let groups work at their own speed.',
      ],
    },
    sensitive: true,
    crisisResources: CRISIS_RESOURCES,
  },
};
