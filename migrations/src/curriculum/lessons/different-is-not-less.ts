import type { Lesson } from '../lesson.ts';
import { CRISIS_RESOURCES } from '../crisis-resources.ts';

export const DIFFERENT_IS_NOT_LESS: Lesson = {
  id: 'different-is-not-less',
  published: true,
  content: {
    title: 'Different is not less',
    summary:
      'Bullying often picks on a difference. Students look at how a group decides what is normal, and practise including others without making a show of it.',
    language: 'en',
    gradeLevels: [4, 5, 6],
    categories: ['inclusion', 'school-climate'],
    objectives: [
      'Explain how a group turns a difference into a reason for exclusion',
      'Use words about people that they would choose for themselves',
      'Name two ways of including someone that do not embarrass them',
    ],
    steps: [
      {
        title: 'The invisible rule',
        minutes: 10,
        instructions:
          'In groups, students tell a chain story. Half of the class knows a secret rule, such as every sentence must hold a colour, and ignores sentences that break it. After three minutes stop: how did it feel not to know the rule? And to know it?',
      },
      {
        title: 'Who decides?',
        minutes: 10,
        instructions:
          'Ask which invisible rules there are about clothes, food, bodies, accents, families or being good at school. Where do they come from? Keep to rules, not to persons.',
      },
      {
        title: 'An invitation that works',
        minutes: 15,
        instructions:
          'Compare inviting someone aloud before everyone with simply making room and asking their opinion. Groups write three invitations that they would like to receive themselves.',
      },
      {
        title: 'Circle',
        minutes: 5,
        instructions: 'Each says one thing they are glad is different in this group. Passing is allowed.',
      },
    ],
    activities: [
      {
        id: 'good-invitation',
        step: 2,
        kind: 'one',
        prompt: 'Which invitation would you like best if you were new?',
        choices: [
          '“Everybody, we must be nice to the new one!”',
          '“There is room here. Which side do you want to play on?”',
          '“You may play, if you are good.”',
          '“Why are you always alone?”',
        ],
        debrief: 'It makes room, asks for an opinion, and makes no show. Ask what the others say without saying it.',
      },
    ],
    media: [],
    accessibility: {
      accessModes: ['auditory', 'textual'],
      hazards: [],
      adaptations: [
        'Choose a secret rule that everyone can see or hear, and tell whoever needs it what is going to happen.',
        'Students may write what they are glad is different and have it read, or pass.',
      ],
    },
    sensitive: true,
    crisisResources: CRISIS_RESOURCES,
  },
};
