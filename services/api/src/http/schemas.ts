/** Shapes that several routes share. */
import { Type } from 'typebox';

/** An object that takes no field it does not know. */
export const closed: typeof Type.Object = (properties, options) =>
  Type.Object(properties, { additionalProperties: false, ...options });

export const LessonId = Type.String({ pattern: '^[a-z0-9-]{1,64}$', description: 'Id of a lesson.' });
export const Uuid = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  description: 'A UUID in small letters.',
});
export const GradeLevel = Type.Integer({ minimum: 4, maximum: 6, description: 'Grade, 4 to 6.' });
export const ClassCode = Type.String({ minLength: 8, maxLength: 16, description: 'A class code, as ABCD-EFGH.' });
