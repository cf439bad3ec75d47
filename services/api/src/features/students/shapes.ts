/** Shapes that students' routes share. There is no text in them that anybody writes. */
import { Type } from 'typebox';
import { FEELINGS } from '../../domain/feelings.ts';
import { Uuid } from '../../http/schemas.ts';
import { Resources } from '../safety/help-routes.ts';

export const Step = Type.Integer({ minimum: 0, maximum: 50, description: 'Steps done so far.' });

export const Version = Type.Integer({
  minimum: 1,
  maximum: 2_147_483_647,
  description: 'The version of the lesson that one has; that of the class unless given.',
});

export const ActivityId = Type.String({
  pattern: '^[a-z0-9-]{1,40}$',
  maxLength: 40,
  description: 'An activity of the lesson.',
});

export const Choices = Type.Array(Type.Integer({ minimum: 0, maximum: 9 }), {
  maxItems: 10,
  description: "Places in the activity's list of choices, from 0.",
});

/** How one feels. */
export const CHECK_IN = {
  id: { ...Uuid, description: 'Drawn by the client, so that what is sent again is not counted again.' },
  feeling: Type.Enum([...FEELINGS], { type: 'string', description: 'How one feels.' }),
  intensity: Type.Integer({ minimum: 1, maximum: 5, description: 'How much, from 1 to 5.' }),
  needsHelp: Type.Boolean({ description: 'Whether the teacher should come to one.' }),
} as const;

export const Crisis = Type.Optional({
  ...Resources,
  description: 'Whom else one can turn to; there when help was asked for.',
});
