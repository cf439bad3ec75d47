/** Part two: what to do when it happens to you, and when you see it. */
import type { Lesson } from './lesson.ts';

export const RESPONDING: readonly Lesson[] = [
  {
    id: 'everyone-in-the-picture',
    title: 'Everyone in the picture',
    summary:
      'A scene of bullying has more than two people in it. Students find every role, and see that those who watch can turn it.',
    gradeLevels: [4, 5, 6],
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
    published: true,
  },
  {
    id: 'calm-clear-and-away',
    title: 'Calm, clear and away',
    summary:
      'Students practise three things to do when someone is unkind to them: stay calm, say one clear sentence, and go to where people are.',
    gradeLevels: [4, 5, 6],
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
    published: true,
  },
  {
    id: 'telling-is-not-tattling',
    title: 'Telling is not tattling',
    summary:
      'Getting someone out of trouble differs from getting someone into it. Students learn whom to tell, and exactly what to say.',
    gradeLevels: [4, 5, 6],
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
    published: true,
  },
  {
    id: 'small-moves-of-upstanders',
    title: 'Small moves of upstanders',
    summary:
      'From bystander to upstander without putting oneself in danger: four moves, from the quietest to the boldest.',
    gradeLevels: [4, 5, 6],
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
    published: true,
  },
];
