import { describe, expect, it } from 'vitest';
import { isShed } from '../../limits/shedding.ts';
import { HELP_ROUTES } from './help-routes.ts';
import { QUEUE_ROUTES } from './queue-routes.ts';

describe('a call for help', () => {
  it('and who answers it are never shed, and the student’s calls are not counted', () => {
    for (const each of [...HELP_ROUTES, ...QUEUE_ROUTES]) expect(isShed(each, Number.MAX_VALUE)).toBe(false);
    for (const each of HELP_ROUTES) expect(each.rate).toBe('open');
  });
});
