/** What a student can say of how it feels: chosen, never written. Analytics count these words. */
export const FEELINGS = [
  'happy',
  'proud',
  'calm',
  'hopeful',
  'okay',
  'tired',
  'bored',
  'lonely',
  'sad',
  'worried',
  'scared',
  'angry',
  'hurt',
] as const;
export type Feeling = (typeof FEELINGS)[number];
