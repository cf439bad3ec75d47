import type { Lesson } from '../lesson.ts';
import { CRISIS_RESOURCES } from '../crisis-resources.ts';

export const TELLING_IS_NOT_TATTLING: Lesson = {
  id: 'telling-is-not-tattling',
  published: true,
  content: {
    title: 'Telling is not tattling',
    summary:
      'Getting someone out of trouble differs from getting someone into it. Students learn whom to tell, and exactly what to say.',
    language: 'en',
    gradeLevels: [4, 5, 6],
    categories: ['help-seeking'],
    objectives: [
      'Tell reporting from tattling by what it is meant to achieve',
      'Name three adults, one of them outside school, to whom they could turn',
      'Report in four facts: what, where, when, who needs help',
    ],
    steps: [
      {
        title: 'In or out of trouble?',
        minutes: 10,
        instructions:
          'Read eight sentences that a student could say to a teacher. The class decides by thumbs: is it meant to get someone into trouble, or out of it? Discuss the two on which opinions differ.',
      },
      {
        title: 'My three adults',
        minutes: 10,
        instructions:
          'On a card that stays with them, each student writes three adults. If nobody comes to mind, the facilitator offers to find one together, after the lesson and in private.',
      },
      {
        title: 'Four facts',
        minutes: 15,
        instructions:
          'Model a report in four facts, first badly, with guesses and insults, then well. In pairs, students report a made-up scene, and the listener repeats the four facts back.',
      },
      {
        title: 'And if nobody listens?',
        minutes: 5,
        instructions:
          'Say it again, to another adult, or in writing. Asking twice is not nagging. Show how a report can be made at this school.',
      },
    ],
    activities: [
      {
        id: 'in-or-out',
        step: 0,
        kind: 'one',
        prompt: '“They are waiting for him behind the gym again, and he is scared.” What is it meant to do?',
        choices: ['Get someone into trouble', 'Get someone out of trouble', 'I am not sure'],
        debrief:
          'Out of trouble: it says who needs help. The same words can be meant otherwise, so ask what the speaker hopes will happen.',
      },
      {
        id: 'which-facts',
        step: 2,
        kind: 'many',
        prompt: 'Which belong into a report?',
        choices: [
          'What happened',
          'Where',
          'When',
          'Who needs help',
          'Why they are mean',
          'What everyone thinks of it',
        ],
        debrief: 'The four facts. Guesses about why come later, and are the work of an adult.',
      },
    ],
    media: [],
    accessibility: {
      accessModes: ['textual', 'auditory'],
      hazards: [],
      adaptations: [
        'The card of three adults can be filled with drawings or initials.',
        'Offer sentence starters for the four facts: I saw …, it was at …, it happened …, … needs help.',
      ],
    },
    sensitive: true,
    crisisResources: CRISIS_RESOURCES,
  },
};
