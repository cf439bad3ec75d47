import { expect, it } from 'vitest';
import { atMost, told } from '../report/measure.ts';
import { markdown, markTable } from './document.ts';
import { markName } from './marks.ts';

const MEASURES = [
  atMost(400, 'bell, calendar: p95', 12, 'ms'),
  told(markName('calendar', 5, 'p95'), 12.5, 'ms'),
  told(markName('calendar', 5, 'pods'), 4, 'pods'),
  told(markName('alone', 5, 'p95'), 950, 'ms'),
];

it('sets both runs side by side, and leaves out what was not measured', () => {
  const [head = '', , line = '', ...more] = markTable(MEASURES).split('\n');
  const cells = (text: string): string[] => text.split('|').map((cell) => cell.trim());
  const columns = Object.fromEntries(cells(head).map((title, index) => [title, cells(line)[index]]));
  expect(columns).toMatchObject({
    'seconds after the bell': '5',
    'calendar: p95': '12.5 ms',
    'calendar: pods ready': '4 pods',
    'calendar: errors': '',
    'autoscaler alone: p95': '950 ms',
  });
  expect(more).toEqual([]);
});

it('tells of marks there alone', () => {
  const page = markdown('a machine', MEASURES);
  expect(page).toContain('| bell, calendar: p95 |');
  expect(page).not.toContain('after the bell: p95');
});
