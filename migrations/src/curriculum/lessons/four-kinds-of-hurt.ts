import type { Lesson } from '../lesson.ts';
import { CRISIS_RESOURCES } from '../crisis-resources.ts';

export const FOUR_KINDS_OF_HURT: Lesson = {
  id: 'four-kinds-of-hurt',
  published: true,
  content: {
    title: 'Four kinds of hurt',
    summary:
      'Physical, verbal, social and online bullying look different and are seen by different people. Students learn to spot the quiet ones.',
    language: 'en',
    gradeLevels: [4, 5, 6],
    categories: ['recognising', 'online'],
    objectives: [
      'Give an example of physical, verbal, social and online bullying',
      'Explain why social bullying is easily missed by adults',
      'Recognise early signs that someone is being left out on purpose',
    ],
    steps: [
      {
        title: 'Loud and quiet',
        minutes: 10,
        instructions:
          'Draw a line from loud to quiet. Students place examples on it: a shove, a nickname, a group chat without one person, a look passed between friends. Ask which of them a teacher would notice.',
      },
      {
        title: 'Stations',
        minutes: 20,
        instructions:
          'Four stations, five minutes each. At each, groups read a short scene of one kind of bullying and write down what the person who is hurt might feel, who could have seen it, and what they could have seen.',
      },
      {
        title: 'The quiet signs',
        minutes: 10,
        instructions:
          'Collect early signs on one sheet: sitting alone suddenly, fewer words, often at the nurse, checking a phone and going pale. Agree that a sign is a reason to ask kindly, not a proof.',
      },
    ],
    activities: [
      {
        id: 'kind-of-scene',
        step: 1,
        kind: 'one',
        prompt:
          'Everyone is invited to the group chat but one, and the others talk about it in front of her. Which kind is it most of all?',
        choices: ['Physical', 'Verbal', 'Social', 'Online'],
        debrief:
          'Social: it takes away belonging. That it happens in a chat makes it online too; kinds overlap, and the name matters less than noticing.',
      },
      {
        id: 'a-teacher-would-notice',
        step: 0,
        kind: 'scale',
        prompt: 'How likely is it that a teacher notices a look that is passed between friends?',
        choices: ['Not likely at all', 'Hardly', 'Perhaps', 'Likely', 'Certain'],
        debrief:
          'The quieter it is, the more it needs the eyes of students. Noticing is not spying: it is how help begins.',
      },
    ],
    media: [],
    accessibility: {
      accessModes: ['textual', 'auditory', 'visual'],
      hazards: [],
      adaptations: [
        'Let the scenes travel from group to group instead of the groups from station to station.',
        'Who does not want to read a scene may be the one who writes, or pass.',
      ],
    },
    sensitive: true,
    crisisResources: CRISIS_RESOURCES,
  },
};
