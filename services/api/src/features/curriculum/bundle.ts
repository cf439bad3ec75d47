/** A lesson for devices that will be offline. */
import type { Bundle, Lesson } from './shapes.ts';

/** @returns the bundle as JSON. */
export function bundleOf(lessonJson: string, expiresAt: string): string {
  const lesson = JSON.parse(lessonJson) as Lesson;
  const files = lesson.media.flatMap(({ captions, ...shown }) =>
    [shown, ...captions].map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
  );
  const totalBytes = files.reduce((total, { bytes }) => total + bytes, Buffer.byteLength(lessonJson));
  const bundle: Bundle = { lesson, files, totalBytes, expiresAt };
  return JSON.stringify(bundle);
}
