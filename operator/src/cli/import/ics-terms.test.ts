import { describe, expect, it } from 'vitest';
import { accepted, printed } from './testing/accepted.ts';
import { allDay, BELLS, draft, SCHOOL_YEAR } from './testing/ics-file.ts';

const termsOf = (events: readonly string[]) => accepted(draft(events, { bells: BELLS }), 900).calendars[0]?.terms;

describe('the terms of an iCalendar file', () => {
  it('begins a term with the earliest of several first days, and says which it passed over', () => {
    const events = [
      allDay('20260817', '20260818', 'First day of school'),
      allDay('20260824', '20260825', 'Kindergarten: first day of school'),
      allDay('20270105', '20270106', 'Second semester begins'),
      allDay('20270528', '20270529', 'Last day of school'),
      allDay('20270816', '20270817', 'First day of school'),
      allDay('20280526', '20280527', 'Last day of school'),
    ];
    expect(termsOf(events)).toEqual([
      { name: '2026-2027', startDate: '2026-08-17', endDate: '2027-05-28' },
      { name: '2027-2028', startDate: '2027-08-16', endDate: '2028-05-26' },
    ]);
    expect(printed(draft(events, { bells: BELLS })).replaceAll(/\n\s*#\s+/g, ' ')).toContain(
      'Not mapped, as no term begins or ends with them: 2026-08-24 Kindergarten: first day of school, 2027-01-05 Second semester begins.',
    );
  });

  it('makes no term of a first day and the last day of a later year', () => {
    const events = [allDay('20250818', '20250819', 'First day of school'), ...SCHOOL_YEAR];
    expect(termsOf(events)).toEqual([{ name: '2026', startDate: '2026-08-17', endDate: '2026-12-18' }]);
    expect(printed(draft(events, { bells: BELLS }))).toContain(
      '# Not mapped, as no term begins or ends with them: 2025-08-18 First day of school.',
    );
  });
});
