/** Return codes as the database has them. */
import type { Context } from '../../context.ts';
import type { HashReturnCode } from './admission.ts';

/** @returns what makes of a return code what is kept of it: of use to nobody without our secret, and other in each class. */
export function returnCodeHash({ sealerFor }: Pick<Context, 'sealerFor'>): HashReturnCode {
  const { digest } = sealerFor('return codes');
  return (classroomId, code) => digest(`${classroomId} ${code}`);
}
