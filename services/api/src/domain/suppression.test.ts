import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FEWEST, tellClass, tellScope, type ClassCounts, type LessonCounts } from './suppression.ts';

const FEELINGS = ['angry', 'calm', 'happy', 'sad'];
const LESSONS = ['courage', 'kindness'];

interface Class extends ClassCounts {
  readonly school: string;
}
type Counts = Omit<ClassCounts, 'gradeLevel'>;

const lessonOf = (students: number) =>
  fc
    .tuple(fc.integer({ min: 0, max: students }), fc.integer({ min: 0, max: students }))
    .map(([a, b]): LessonCounts[string] => [Math.max(a, b), Math.min(a, b)]);

/** How a class of that many feels: the rest did not say. */
const feelingsOf = (students: number) =>
  fc
    .array(fc.integer({ min: 0, max: FEELINGS.length }), { minLength: students, maxLength: students })
    .map((said) =>
      Object.fromEntries(
        FEELINGS.map((feeling, index): [string, number] => [
          feeling,
          said.filter((each) => each === index).length,
        ]).filter(([, count]) => count > 0),
      ),
    );

const classes: fc.Arbitrary<Class> = fc
  .oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 13, max: 32 }))
  .chain((students) =>
    fc.record({
      students: fc.constant(students),
      gradeLevel: fc.integer({ min: 4, max: 5 }),
      school: fc.constantFrom('one', 'two'),
      lessons: fc.record(Object.fromEntries(LESSONS.map((lesson) => [lesson, lessonOf(students)]))),
      feelings: feelingsOf(students),
    }),
  );
const districts = fc.array(classes, { minLength: 1, maxLength: 5 });

/** All that whoever may see most can ask for: each class, each school, the district. */
const answers = (district: readonly Class[]) => ({
  classes: district.map(tellClass),
  schools: ['one', 'two'].map((school) => tellScope(district.filter((each) => each.school === school))),
  district: tellScope(district),
});

/** A group of children that somebody might count. */
interface Group {
  readonly name: string;
  readonly count: (counts: Counts) => number;
}

const LESSON_GROUPS: readonly Group[] = LESSONS.flatMap((lesson) => {
  const of = (pick: (started: number, completed: number, students: number) => number) => (counts: Counts) =>
    pick(...(counts.lessons[lesson] ?? [0, 0]), counts.students);
  return [
    { name: `have begun ${lesson}`, count: of((started) => started) },
    { name: `have not begun ${lesson}`, count: of((started, _, students) => students - started) },
    { name: `have completed ${lesson}`, count: of((_, completed) => completed) },
    { name: `have not completed ${lesson}`, count: of((_, completed, students) => students - completed) },
    { name: `have begun ${lesson} alone`, count: of((started, completed) => started - completed) },
  ];
});

const saidNothing = ({ students, feelings }: Counts): number =>
  students - Object.values(feelings).reduce((sum, count) => sum + count, 0);

/** Every union of feelings, those who did not say among them; the complement of each is another. */
const FEELING_GROUPS: readonly Group[] = Array.from({ length: 2 ** (FEELINGS.length + 1) - 2 }, (_, index) => {
  const chosen = [...FEELINGS, 'nothing'].filter((__, bit) => ((index + 1) >> bit) % 2 === 1);
  return {
    name: `said ${chosen.join(' or ')}`,
    count: (counts: Counts) =>
      chosen.reduce((sum, each) => sum + (each === 'nothing' ? saidNothing(counts) : (counts.feelings[each] ?? 0)), 0),
  };
});

const STUDENTS: Group = { name: 'are in the class', count: ({ students }) => students };

/** Classes that might be instead of one: with another count in one lesson, some children feeling otherwise, or fewer of them. */
function* others(counts: Class): Generator<Class> {
  for (const lesson of LESSONS)
    for (let started = 0; started <= counts.students; started += 1)
      for (let completed = 0; completed <= started; completed += 1)
        yield { ...counts, lessons: { ...counts.lessons, [lesson]: [started, completed] } };
  const felt = { ...Object.fromEntries(FEELINGS.map((each) => [each, 0])), ...counts.feelings };
  const cells: Record<string, number> = { ...felt, nothing: saidNothing(counts) };
  for (const from of Object.keys(cells))
    for (const to of Object.keys(cells))
      for (let moved = 1; from !== to && moved <= Math.min(FEWEST, cells[from] ?? 0); moved += 1) {
        const { nothing: _, ...feelings } = {
          ...cells,
          [from]: (cells[from] ?? 0) - moved,
          [to]: (cells[to] ?? 0) + moved,
        };
        yield { ...counts, feelings };
      }
  for (let students = 0; students < FEWEST; students += 1) yield { ...counts, students, lessons: {}, feelings: {} };
}

/** That nobody has begun a lesson is told: it counts nobody. */
const isToldToBeNobody = (group: Group, counts: Counts): boolean =>
  LESSONS.some((lesson) => group.name.includes(lesson) && counts.lessons[lesson]?.[0] === 0) &&
  group.count(counts) === 0;

describe('what is told of groups', () => {
  it('is the same in some other district where a group of fewer than five is of another size', () => {
    fc.assert(
      fc.property(districts, fc.nat(), (district, nat) => {
        const index = nat % district.length;
        const seen = district[index];
        if (seen === undefined) return;
        const told = JSON.stringify(tellClass(seen));
        const same = [...others(seen)].filter((other) => JSON.stringify(tellClass(other)) === told);
        const groups = seen.students < FEWEST ? [STUDENTS] : [...LESSON_GROUPS, ...FEELING_GROUPS];
        const instead = groups
          .filter((each) => each.count(seen) < FEWEST && !isToldToBeNobody(each, seen))
          .map((group) => {
            const other = same.find((each) => group.count(each) !== group.count(seen));
            if (other === undefined) throw new Error(`${group.name}: ${group.count(seen)} of ${seen.students}`);
            return other;
          });
        // Not in the class's own answer alone: in all that a viewer can get of the district.
        const all = answers(district);
        for (const other of new Set(instead)) expect(answers(district.with(index, other))).toEqual(all);
      }),
      { numRuns: 150 },
    );
  });

  it('leaves every lesson of every class with more than one possibility, whoever knows the rules', () => {
    for (let students = 1; students <= 26; students += 1) {
      const byAnswer = new Map<string, Counts[]>();
      for (let started = 0; started <= students; started += 1)
        for (let completed = 0; completed <= started; completed += 1) {
          const counts = { students, lessons: { courage: [started, completed] as const }, feelings: {} };
          const answer = JSON.stringify(tellClass(counts));
          byAnswer.set(answer, [...(byAnswer.get(answer) ?? []), counts]);
        }
      for (const [answer, possible] of byAnswer)
        for (const group of LESSON_GROUPS.slice(0, 5)) {
          const sizes = new Set(possible.map((each) => group.count(each)));
          const [only = 0] = sizes;
          const isTold = possible.every((each) => isToldToBeNobody(group, each));
          expect(sizes.size > 1 || only >= FEWEST || isTold, `${group.name} in ${answer}: ${only}`).toBe(true);
        }
    }
  });

  it('leaves how small classes feel with more than one possibility, whoever knows the rules', () => {
    for (let students = FEWEST; students <= 16; students += 1) {
      const byAnswer = new Map<string, Counts[]>();
      for (let calm = 0; calm <= students; calm += 1)
        for (let happy = 0; calm + happy <= students; happy += 1)
          for (let sad = 0; calm + happy + sad <= students; sad += 1) {
            const counts = { students, lessons: {}, feelings: { calm, happy, sad } };
            const answer = JSON.stringify(tellClass(counts));
            byAnswer.set(answer, [...(byAnswer.get(answer) ?? []), counts]);
          }
      for (const [answer, possible] of byAnswer)
        for (const group of FEELING_GROUPS.filter(({ name }) => !name.includes('angry'))) {
          const sizes = new Set(possible.map((each) => group.count(each)));
          const [only = 0] = sizes;
          expect(sizes.size > 1 || only >= FEWEST, `${group.name} in ${answer}: ${only}`).toBe(true);
        }
    }
  });

  it('holds the truth', () => {
    fc.assert(
      fc.property(districts, (district) => {
        const counted = district.filter(({ students }) => students >= FEWEST);
        const { lessons } = tellScope(district);
        for (const { lessonId, gradeLevel, started, completed, students } of lessons) {
          const inGrade = counted.filter((each) => each.gradeLevel === gradeLevel);
          const sum = (pick: 0 | 1): number =>
            inGrade.reduce((all, each) => all + (each.lessons[lessonId]?.[pick] ?? 0), 0);
          expect(started.atLeast <= sum(0) && sum(0) <= started.atMost).toBe(true);
          expect(completed.atLeast <= sum(1) && sum(1) <= completed.atMost).toBe(true);
          expect(started.atMost).toBeLessThanOrEqual(students);
        }
        for (const each of counted) {
          const { checkIns, students } = tellClass(each);
          expect((checkIns?.feelings ?? []).every((told) => each.feelings[told.feeling] === told.students)).toBe(true);
          const shown = (checkIns?.feelings ?? []).reduce((all, told) => all + told.students, 0);
          expect(shown + (checkIns?.others ?? 0)).toBe(students);
        }
      }),
    );
  });

  it('tells what is large enough', () => {
    const counts = {
      students: 30,
      lessons: { courage: [25, 12], kindness: [30, 28], unbegun: [0, 0] },
      feelings: { happy: 12, calm: 8, sad: 3 },
    } as const;
    expect(tellClass(counts)).toEqual({
      students: 30,
      lessons: [
        { lessonId: 'courage', started: { atLeast: 25, atMost: 25 }, completed: { atLeast: 12, atMost: 12 } },
        { lessonId: 'kindness', started: { atLeast: 26, atMost: 30 }, completed: { atLeast: 26, atMost: 30 } },
      ],
      checkIns: {
        feelings: [
          { feeling: 'happy', students: 12 },
          { feeling: 'calm', students: 8 },
        ],
        others: 10,
      },
    });
  });

  it('withholds the smallest feeling that is large enough when too few are left', () => {
    const feelings = { happy: 12, calm: 6 };
    expect(tellClass({ students: 20, lessons: {}, feelings }).checkIns).toEqual({
      feelings: [{ feeling: 'happy', students: 12 }],
      others: 8,
    });
  });

  it('says of a class of four that there is one, and nothing else', () => {
    const four = { students: 4, gradeLevel: 5, lessons: { courage: [4, 4] }, feelings: { sad: 4 } } as const;
    expect(tellClass(four)).toEqual({ students: null, lessons: [], checkIns: null });
    expect(tellScope([four])).toEqual({ classrooms: { counted: 0, withheld: 1 }, students: 0, lessons: [] });
  });
});
