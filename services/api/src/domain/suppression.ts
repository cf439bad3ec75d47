/**
 * What is told of counts of children, so that no group of fewer than five can be counted: neither from one answer, nor from
 * several of one viewer, nor by whoever knows these rules.
 *
 * - A class is the only place where children are counted. Of one with fewer than five, nothing is told.
 * - A count is told when it and its rest are five or more each. Otherwise a range is told that is the same for every count that
 *   could be withheld there (complementary suppression: the rest of a total that is told is a group as well).
 * - What is told of schools, grades and the district is made of what is told of their classes, ranges added to ranges. It says
 *   nothing that they do not: whatever is subtracted from whatever, no difference is left to learn from. Exact totals would be
 *   nicer to look at, and would give away what was withheld below them.
 * - Of how children feel, feelings that five or more share are told, while five or more are left of whom nothing is told: those
 *   who feel something else and those who did not say cannot be told apart. Nothing is told of feelings but by class, and no
 *   table crosses feelings with anything.
 * - Who asks again later sees what has changed, and a change may be one child's. How a class felt is therefore of a week that is
 *   over (0007-analytics). Of lessons it is accepted: that one more has completed one says nothing of who, or of how.
 *
 * A lesson that nobody in the class has begun is told as such: it says what was taught, and counts nobody.
 */

/** The smallest group that is counted. */
export const FEWEST = 5;

/** The true count is one of these, both ends among them; it is told when they are the same. */
export interface Range {
  readonly atLeast: number;
  readonly atMost: number;
}

/** By lesson, how many of a class have begun it and how many of these have completed it. */
export type LessonCounts = Readonly<Record<string, readonly [started: number, completed: number]>>;

/** What is counted in a class. */
export interface ClassCounts {
  readonly students: number;
  readonly gradeLevel: number;
  readonly lessons: LessonCounts;
  /** Of those who said how they felt, each once. */
  readonly feelings: Readonly<Record<string, number>>;
}

export interface LessonTold {
  readonly lessonId: string;
  readonly started: Range;
  readonly completed: Range;
}

export interface FeelingsTold {
  readonly feelings: readonly { readonly feeling: string; readonly students: number }[];
  /** Who felt something else, or did not say. */
  readonly others: number;
}

export interface ClassTold {
  /** Null when they are too few to tell anything of. */
  readonly students: number | null;
  readonly lessons: readonly LessonTold[];
  readonly checkIns: FeelingsTold | null;
}

/** @returns what may be told of a class. */
export function tellClass({ students, lessons, feelings }: Omit<ClassCounts, 'gradeLevel'>): ClassTold {
  if (students < FEWEST) return { students: null, lessons: [], checkIns: null };
  const told = Object.entries(lessons)
    .filter(([, [started]]) => started > 0)
    .map(([lessonId, counts]) => ({ lessonId, ...tellLesson(counts, students) }))
    .sort((a, b) => (a.lessonId < b.lessonId ? -1 : 1));
  return { students, lessons: told, checkIns: tellFeelings(feelings, students) };
}

/** @returns what may be told of a count among that many. */
function tell(count: number, among: number): Range {
  // Of fewer than ten, either the count or its rest is too small, whatever the count.
  if (among < 2 * FEWEST) return { atLeast: 0, atMost: among };
  if (count < FEWEST) return { atLeast: 0, atMost: FEWEST - 1 };
  if (among - count < FEWEST) return { atLeast: among - FEWEST + 1, atMost: among };
  return { atLeast: count, atMost: count };
}

function tellLesson([started, completed]: LessonCounts[string], students: number): Omit<LessonTold, 'lessonId'> {
  const { atLeast, atMost } = tell(started, students);
  // Where it is known how many have begun, those of them who have not completed are a group as well.
  const among = atLeast === atMost ? started : students;
  return { started: { atLeast: Math.max(1, atLeast), atMost }, completed: tell(completed, among) };
}

function tellFeelings(counts: ClassCounts['feelings'], students: number): FeelingsTold {
  const feelings = Object.entries(counts)
    .filter(([, count]) => count >= FEWEST)
    .map(([feeling, count]) => ({ feeling, students: count }))
    .sort((a, b) => b.students - a.students || (a.feeling < b.feeling ? -1 : 1));
  let others = students - feelings.reduce((sum, each) => sum + each.students, 0);
  // The smallest ones join the rest until it is a group.
  while (others < FEWEST) others += feelings.pop()?.students ?? FEWEST;
  return { feelings, others };
}

export interface LessonInGrade extends LessonTold {
  readonly gradeLevel: number;
  /** In how many classes somebody has begun it, and how many students these have. */
  readonly classrooms: number;
  readonly students: number;
}

export interface ScopeTold {
  readonly classrooms: {
    readonly counted: number;
    /** With fewer than five students: what they did is in no number. */
    readonly withheld: number;
  };
  readonly students: number;
  readonly lessons: readonly LessonInGrade[];
}

/** @returns what may be told of many classes together: the sum of what may be told of each. */
export function tellScope(classes: readonly ClassCounts[]): ScopeTold {
  const told = classes.map((each) => ({ gradeLevel: each.gradeLevel, ...tellClass(each) }));
  const counted = told.filter(({ students }) => students !== null);
  const sums = new Map<string, LessonInGrade>();
  for (const { gradeLevel, students, lessons } of counted)
    for (const lesson of lessons) {
      const key = `${lesson.lessonId} ${gradeLevel}`;
      sums.set(key, plus(sums.get(key), { ...lesson, gradeLevel, classrooms: 1, students: students ?? 0 }));
    }
  return {
    classrooms: { counted: counted.length, withheld: told.length - counted.length },
    students: counted.reduce((sum, { students }) => sum + (students ?? 0), 0),
    lessons: [...sums.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum),
  };
}

const plus = (sum: LessonInGrade | undefined, each: LessonInGrade): LessonInGrade =>
  sum === undefined
    ? each
    : {
        ...each,
        classrooms: sum.classrooms + each.classrooms,
        students: sum.students + each.students,
        started: both(sum.started, each.started),
        completed: both(sum.completed, each.completed),
      };

const both = (a: Range, b: Range): Range => ({ atLeast: a.atLeast + b.atLeast, atMost: a.atMost + b.atMost });
