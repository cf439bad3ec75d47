/** Part three: online, repair, and a school where it happens less. */
import type { Lesson } from './lesson.ts';

export const CHANGING: readonly Lesson[] = [
  {
    id: 'behind-the-screen',
    title: 'Behind the screen',
    summary:
      'Online, nobody sees a face and nothing goes home when the bell rings. Students learn to stop, save, block and tell.',
    gradeLevels: [5, 6],
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
    published: true,
  },
  {
    id: 'different-is-not-less',
    title: 'Different is not less',
    summary:
      'Bullying often picks on a difference. Students look at how a group decides what is normal, and practise including others without making a show of it.',
    gradeLevels: [4, 5, 6],
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
    published: true,
  },
  {
    id: 'making-it-right',
    title: 'Making it right',
    summary:
      'Everyone hurts someone at times. Students learn what a real apology holds, what it cannot ask for, and how harm is repaired.',
    gradeLevels: [4, 5, 6],
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
    published: true,
  },
  {
    id: 'our-school-our-promise',
    title: 'Our school, our promise',
    summary:
      'The class turns what it has learned into one change that can be seen at school, and decides how it will know that it worked.',
    gradeLevels: [4, 5, 6],
    objectives: [
      'Find a place or time at school where bullying happens easily, and say why',
      'Plan one change with a first step, a person responsible and a date',
      'Agree on a sign by which everyone will see that it worked',
    ],
    steps: [
      {
        title: 'Hot and safe spots',
        minutes: 10,
        instructions:
          'On a map of the school, students put red dots where they feel uneasy and green dots where they feel safe, without names and without talking. Look at it together: what do the places have in common?',
      },
      {
        title: 'One change',
        minutes: 15,
        instructions:
          'Groups propose one change for one red spot that students can make themselves, such as a bench where anyone may join, games for the first ten minutes of the break, or greeters on the bus. The class chooses one.',
      },
      {
        title: 'Plan',
        minutes: 15,
        instructions:
          'Write the first step, who takes it, whom we must ask, when we begin, and by what we will see after four weeks that it works. Put the plan up where it will be seen.',
      },
      {
        title: 'Promise',
        minutes: 5,
        instructions:
          'Read the agreement of the first lesson again. What did we keep? Everyone signs the plan with a mark, and the class names the day on which it will look back.',
      },
    ],
    published: true,
  },
  {
    id: 'when-a-friend-bullies',
    title: 'When a friend is the one who bullies',
    summary: 'Draft, under review by counsellors: how to stay loyal to a friend without going along.',
    gradeLevels: [6],
    objectives: ['Describe the pull between loyalty and fairness', 'Say one honest sentence to a friend in private'],
    steps: [
      {
        title: 'The pull',
        minutes: 10,
        instructions:
          'Students place themselves on a line between loyal and fair for three situations, and say what would move them one step.',
      },
      {
        title: 'In private',
        minutes: 15,
        instructions:
          'Write and rehearse one honest sentence that does not shame: I did not like how that felt; I am your friend, and I will not join in.',
      },
    ],
    published: false,
  },
];
