/** What a student is called in class: made up, so that nobody has to give a name. */

const MOODS = [
  'Brave',
  'Bright',
  'Calm',
  'Clever',
  'Fair',
  'Gentle',
  'Honest',
  'Jolly',
  'Kind',
  'Loyal',
  'Merry',
  'Noble',
  'Patient',
  'Quick',
  'Steady',
  'Warm',
] as const;
const ANIMALS = [
  'Badger',
  'Bear',
  'Beaver',
  'Crane',
  'Dolphin',
  'Eagle',
  'Falcon',
  'Fox',
  'Heron',
  'Lynx',
  'Otter',
  'Owl',
  'Panda',
  'Raven',
  'Seal',
  'Tiger',
] as const;
const NUMBERS = 100;

/** How many different aliases there are. */
export const ALIASES = MOODS.length * ANIMALS.length * NUMBERS;

/** @param index - a whole number, 0 ≤ index < ALIASES: drawn at random, each alias is equally likely. @returns the alias. */
export function alias(index: number): string {
  const mood = MOODS[index % MOODS.length] ?? '';
  const animal = ANIMALS[Math.floor(index / MOODS.length) % ANIMALS.length] ?? '';
  return `${mood} ${animal} ${Math.floor(index / (MOODS.length * ANIMALS.length))}`;
}
