/** Part one: what bullying is, what it is not, and what it does. */
import type { Lesson } from './lesson.ts';

export const RECOGNISING: readonly Lesson[] = [
  {
    id: 'what-a-hero-does',
    title: 'What a hero does',
    summary:
      'Students replace the cape-and-muscle picture of a hero with one they can live up to: someone who notices, cares and acts.',
    gradeLevels: [4, 5, 6],
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
    published: true,
  },
  {
    id: 'bullying-or-conflict',
    title: 'Bullying, conflict or joking?',
    summary:
      'Students learn the three marks of bullying (on purpose, again and again, with more power on one side) and use them to sort real situations.',
    gradeLevels: [4, 5, 6],
    objectives: [
      'State the three marks of bullying',
      'Tell bullying from an argument between equals and from joking that both enjoy',
      'Explain why the difference decides what helps',
    ],
    steps: [
      {
        title: 'Four corners',
        minutes: 10,
        instructions:
          'Label the corners bullying, conflict, joking and not sure. Read six situations; students walk to a corner and one from each says why. Do not correct yet.',
      },
      {
        title: 'The three marks',
        minutes: 10,
        instructions:
          'Introduce on purpose, repeated, unequal power. Ask where power comes from: age, size, numbers, popularity, knowing a secret, belonging to a majority. Note that one very serious act can also be reason to get help at once.',
      },
      {
        title: 'Sort again',
        minutes: 15,
        instructions:
          'In groups of three, students sort ten cards using the three marks and mark the cards where they lack information. What would they need to know? Who could tell them without being put in danger?',
      },
      {
        title: 'Why it matters',
        minutes: 5,
        instructions:
          'Conflict is solved by talking it out together; bullying is not, because one side cannot speak freely. Students finish the sentence: mediation fails when …',
      },
    ],
    published: true,
  },
  {
    id: 'four-kinds-of-hurt',
    title: 'Four kinds of hurt',
    summary:
      'Physical, verbal, social and online bullying look different and are seen by different people. Students learn to spot the quiet ones.',
    gradeLevels: [4, 5, 6],
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
    published: true,
  },
  {
    id: 'the-inside-weather',
    title: 'The inside weather',
    summary:
      'Students name feelings precisely and find out what bullying does to bodies, thoughts and school work, including in those who only watch.',
    gradeLevels: [4, 5],
    objectives: [
      'Use at least six words for feelings beyond happy, sad and angry',
      'Describe two ways in which being bullied changes how a person feels and learns',
      'Use one breathing exercise to calm down',
    ],
    steps: [
      {
        title: 'Weather report',
        minutes: 5,
        instructions:
          'Students describe how they feel today as weather: foggy, gusty, clearing up. Nobody has to explain.',
      },
      {
        title: 'Words for weather',
        minutes: 10,
        instructions:
          'Groups receive twelve feeling words, such as ashamed, uneasy, lonely, furious, relieved, and order them from mild to strong. Compare: there is no single right order.',
      },
      {
        title: 'A day in the life',
        minutes: 15,
        instructions:
          'Tell the day of a student who is mocked on the bus each morning, in eight moments. At each, students say what the body does, what the thoughts say, and what becomes harder in class. Then tell it again for someone who watched from the next seat.',
      },
      {
        title: 'Five-finger breathing',
        minutes: 5,
        instructions:
          'Trace one hand with a finger of the other: up with a breath in, down with a breath out. Twice. Ask when it could be used without anyone noticing.',
      },
    ],
    published: true,
  },
];
