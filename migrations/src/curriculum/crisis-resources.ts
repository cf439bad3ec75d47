/** Whom a child in the United States can turn to. A district that has others publishes its own edition of a lesson. */
import type { Static } from 'typebox';
import type { CrisisResource } from './content.ts';

export const CRISIS_RESOURCES: Static<typeof CrisisResource>[] = [
  { name: 'An adult at your school', contact: 'Your teacher, the counsellor, the nurse', hours: 'On school days' },
  { name: '988 Suicide & Crisis Lifeline', contact: 'Call or text 988', hours: 'Day and night' },
  { name: 'Childhelp National Child Abuse Hotline', contact: 'Call or text 1-800-422-4453', hours: 'Day and night' },
  { name: 'Crisis Text Line', contact: 'Text HOME to 741741', hours: 'Day and night' },
  { name: 'Emergency services', contact: 'Call 911 when somebody is in danger now', hours: 'Day and night' },
];
