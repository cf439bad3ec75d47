/**
 * Seats: each student of a class has one of its first `capacity` ones, and no two have the same. The unique index of them is
 * what keeps a class from being overfilled, so those who join at once neither count nor wait for each other.
 */
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { Problem } from '../../http/problems.ts';

const UNIQUE_VIOLATION = '23505';

/**
 * Moves those who sit beyond the capacity to seats that are free, as far as there are any: so a class is full when as many are
 * in it as it has seats, also after it had more.
 * @throws Problem 409 when somebody takes one of these seats at the same moment
 */
export async function fitSeats(db: Transaction<DB>, classroomId: string): Promise<void> {
  try {
    await sql`
      with beyond as (
        select s.id, row_number() over (order by s.seat) as place
        from student_sessions s join classrooms c on c.id = s.classroom_id
        where c.id = ${classroomId} and s.seat > c.capacity
      ), free as (
        select seat, row_number() over (order by seat) as place
        from classrooms c, generate_series(1, c.capacity) as seat
        where c.id = ${classroomId}
          and not exists (select from student_sessions s where s.classroom_id = c.id and s.seat = seat.seat)
      )
      update student_sessions s set seat = free.seat
      from beyond join free using (place) where s.id = beyond.id`.execute(db);
  } catch (error) {
    if ((error as { readonly code?: string }).code !== UNIQUE_VIOLATION) throw error;
    throw new Problem({ status: 409, detail: 'Students are joining at this moment. Try again.' });
  }
}
