import type { Lesson } from '../lesson.ts';
import { CRISIS_RESOURCES } from '../crisis-resources.ts';

export const EVERYONE_IN_THE_PICTURE: Lesson = {
  id: 'everyone-in-the-picture',
  published: true,
  content: {
    title: 'Everyone in the picture',
    summary:
      'A scene of bullying has more than two people in it. Students find every role, and see that those who watch can turn it.',
    language: 'en',
    gradeLevels: [4, 5, 6],
    categories: ['bystanders', 'recognising'],
    objectives: [
      'Name the roles around bullying: who does it, who is hurt, who joins in, who laughs, who looks away, who helps',
      'Explain how laughing and silence are understood by the person who bullies',
      'Choose a role they would like to take and say what makes it hard',
    ],
    steps: [
      {
        title: 'Freeze',
        minutes: 10,
        instructions:
          'Volunteers build a frozen picture of a scene in the lunch hall without touching. The class names each role. Nobody plays the person who is hurt: a chair stands for them.',
      },
      {
        title: 'Thought bubbles',
        minutes: 10,
        instructions:
          'Tap a figure on the shoulder; it says one thought aloud. Ask the class what each of them may believe about the others, and whether it is true.',
      },
      {
        title: 'Move one',
        minutes: 15,
        instructions:
          'Change the position of one bystander: a step closer to the chair, a turn of the head, a hand on a friend. What changes? Try three moves and vote on the smallest one that made a difference.',
      },
      {
        title: 'My place',
        minutes: 5,
        instructions: 'On a slip without a name: where in the picture have I stood, and where would I like to stand?',
      },
    ],
    activities: [
      {
        id: 'what-laughing-says',
        step: 1,
        kind: 'one',
        prompt: 'What does laughter tell the person who bullies?',
        choices: [
          'That it is a joke',
          'That they like it, and that it should go on',
          'That they are afraid',
          'Nothing',
        ],
        debrief:
          'It is heard as applause, whatever those who laugh meant. Silence is heard as applause too, only quieter.',
      },
      {
        id: 'smallest-move',
        step: 2,
        kind: 'one',
        prompt: 'Which smallest move changed the picture most?',
        choices: ['A step closer to the chair', 'A turn of the head', 'A hand on a friend', 'A word'],
        debrief:
          'There is no right answer, only the move that somebody here would really make. Try the winner once more.',
      },
    ],
    media: [],
    accessibility: {
      accessModes: ['visual', 'auditory'],
      hazards: [],
      adaptations: [
        'Build the picture with figures or paper people on a table where standing or being looked at is hard.',
        'Describe the frozen picture aloud before the class names the roles.',
      ],
    },
    sensitive: true,
    crisisResources: CRISIS_RESOURCES,
  },
};
