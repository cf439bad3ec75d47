import type { Lesson } from '../lesson.ts';
import { CRISIS_RESOURCES } from '../crisis-resources.ts';

export const CALM_CLEAR_AND_AWAY: Lesson = {
  id: 'calm-clear-and-away',
  published: true,
  content: {
    title: 'Calm, clear and away',
    summary:
      'Students practise three things to do when someone is unkind to them: stay calm, say one clear sentence, and go to where people are.',
    language: 'en',
    gradeLevels: [4, 5, 6],
    categories: ['responding', 'help-seeking'],
    objectives: [
      'Show an upright, calm stance',
      'Say one clear sentence that sets a limit without an insult',
      'Know when not to answer, and to walk away and get help instead',
    ],
    steps: [
      {
        title: 'Stand like a tree',
        minutes: 5,
        instructions:
          'Feet apart, shoulders down, eyes level. In pairs, one stands and the other says in which posture they look calm.',
      },
      {
        title: 'One clear sentence',
        minutes: 15,
        instructions:
          'Collect sentences of at most six words: stop that; I do not like that; leave me out of this. Practise in lines facing each other, with the volume of someone ordering lunch. The other line says only: okay.',
      },
      {
        title: 'Away is not losing',
        minutes: 10,
        instructions:
          'Draw a map of the school together and mark where there are always people and an adult. Walking away is a decision, and it is safest toward company. Say plainly: what is done to you is not your fault, whether or not you found the right words.',
      },
      {
        title: 'When to skip it',
        minutes: 10,
        instructions:
          'Sort situations into speak, leave, and get help now. Threats, weapons, touching, and anything that makes you afraid go to get help now.',
      },
    ],
    activities: [
      {
        id: 'clear-sentence',
        step: 1,
        kind: 'one',
        prompt: 'Which is a clear sentence that sets a limit?',
        choices: [
          'You are so stupid!',
          'Stop that. I do not like it.',
          'Why do you always do this to me?',
          'Ha ha, very funny.',
        ],
        debrief:
          'It is short, says what is meant, and insults nobody. A question invites an argument, and a laugh is heard as consent.',
      },
      {
        id: 'speak-leave-help',
        step: 3,
        kind: 'one',
        prompt: 'An older student says: give me your money tomorrow, or you will see. What now?',
        choices: ['Speak', 'Leave', 'Get help now'],
        debrief: 'A threat always goes to get help now, however it was said. Saying a sentence first is not a duty.',
      },
    ],
    media: [],
    accessibility: {
      accessModes: ['auditory', 'visual', 'tactile'],
      hazards: [],
      adaptations: [
        'A calm stance is possible seated too: back against the chair, hands resting, eyes where it is comfortable.',
        'Students who speak little or sign practise their sentence as a card, a sign or a recording of their own choice.',
      ],
    },
    sensitive: true,
    crisisResources: CRISIS_RESOURCES,
  },
};
