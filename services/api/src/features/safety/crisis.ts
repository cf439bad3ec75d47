/** Whom a child in need can turn to besides the school; shown wherever help is asked for. */

export interface CrisisResource {
  readonly name: string;
  /** What to do, in words that a child of ten reads. */
  readonly contact: string;
  /** A number to dial, or null where there is none. */
  readonly phone: string | null;
  readonly hours: string;
}

export interface CrisisResources {
  /** BCP 47: the language of the words and the country whose services they are. */
  readonly locale: string;
  readonly resources: readonly CrisisResource[];
}

const ENGLISH: CrisisResources = {
  locale: 'en-US',
  resources: [
    { name: '988 Suicide & Crisis Lifeline', contact: 'Call or text 988', phone: '988', hours: 'Day and night' },
    { name: 'Crisis Text Line', contact: 'Text HOME to 741741', phone: null, hours: 'Day and night' },
    {
      name: 'Childhelp National Child Abuse Hotline',
      contact: 'Call or text 1-800-422-4453',
      phone: '1-800-422-4453',
      hours: 'Day and night',
    },
    {
      name: 'Emergency services',
      contact: 'Call 911 when somebody is in danger now',
      phone: '911',
      hours: 'Day and night',
    },
  ],
};

const SPANISH: CrisisResources = {
  locale: 'es-US',
  resources: [
    {
      name: '988 Línea de Prevención del Suicidio y Crisis',
      contact: 'Llama al 988 y oprime 2, o envía AYUDA al 988',
      phone: '988',
      hours: 'Día y noche',
    },
    { name: 'Crisis Text Line', contact: 'Envía HOLA al 741741', phone: null, hours: 'Día y noche' },
    {
      name: 'Childhelp, línea nacional contra el maltrato infantil',
      contact: 'Llama o escribe al 1-800-422-4453',
      phone: '1-800-422-4453',
      hours: 'Día y noche',
    },
    {
      name: 'Servicios de emergencia',
      contact: 'Llama al 911 si alguien está en peligro ahora',
      phone: '911',
      hours: 'Día y noche',
    },
  ],
};

/** By locale. */
export const CRISIS_RESOURCES: readonly CrisisResources[] = [ENGLISH, SPANISH];

/** @returns those of a locale, else of its language, else the first ones: nobody is left without. */
export function resourcesFor(locale: string = ENGLISH.locale): CrisisResources {
  const asked = locale.toLowerCase();
  const language = (tag: string): string => tag.toLowerCase().split('-', 1)[0] ?? '';
  return (
    CRISIS_RESOURCES.find((each) => each.locale.toLowerCase() === asked) ??
    CRISIS_RESOURCES.find((each) => language(each.locale) === language(asked)) ??
    ENGLISH
  );
}
