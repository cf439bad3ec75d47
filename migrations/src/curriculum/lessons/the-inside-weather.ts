import type { Lesson } from '../lesson.ts';
import { CRISIS_RESOURCES } from '../crisis-resources.ts';

export const THE_INSIDE_WEATHER: Lesson = {
  id: 'the-inside-weather',
  published: true,
  content: {
    title: 'The inside weather',
    summary:
      'Students name feelings precisely and find out what bullying does to bodies, thoughts and school work, including in those who only watch.',
    language: 'en',
    gradeLevels: [4, 5],
    categories: ['feelings'],
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
    activities: [
      {
        id: 'todays-weather',
        step: 0,
        kind: 'one',
        prompt: 'What is your inside weather right now?',
        choices: ['Sunny', 'Clearing up', 'Cloudy', 'Foggy', 'Gusty', 'Stormy'],
        debrief:
          'All weathers are allowed, and all of them pass. Whoever has had storms for days can tell an adult after the lesson.',
      },
      {
        id: 'watching-hurts',
        step: 2,
        kind: 'many',
        prompt: 'What may the student who watched from the next seat feel?',
        choices: [
          'Relieved that it is not them',
          'Ashamed of saying nothing',
          'Afraid to be next',
          'Angry',
          'Nothing at all',
        ],
        debrief: 'Any of them, often several at once. Even feeling nothing is a way in which a mind protects itself.',
      },
    ],
    media: [],
    accessibility: {
      accessModes: ['textual', 'auditory', 'tactile'],
      hazards: [],
      adaptations: [
        'Show the feeling words with faces or colours, and in the languages spoken in the class.',
        'Who does not want to trace a hand may breathe along with a slow count of four.',
      ],
    },
    sensitive: true,
    crisisResources: CRISIS_RESOURCES,
  },
};
