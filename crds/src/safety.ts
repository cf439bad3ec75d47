/** Who is told of a child in need, beside the facilitators: `spec.safety`. */
import { Type } from 'typebox';
import { secretKey } from './primitives.ts';

export const Safety = Type.Object(
  {
    webhook: Type.Optional(
      Type.Object(
        {
          url: Type.String({
            minLength: 9,
            maxLength: 500,
            pattern: '^https://\\S+$',
            description: 'Where it is told, by POST with ids alone.',
          }),
          secret: secretKey('secret', 'What signs it (Standard Webhooks): a value that begins with whsec_.'),
        },
        {
          description:
            "A system of the district that is told of help signals and incidents; none: facilitators' queues alone.",
        },
      ),
    ),
  },
  { default: {}, description: 'Who is told of a child in need, beside the facilitators.' },
);
