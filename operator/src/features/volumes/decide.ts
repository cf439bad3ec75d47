/** Volumes grow and never shrink: Kubernetes cannot make one smaller. */
import { quantityValue } from '../../platform/quantity.ts';
import { accept, REASONS, refuse, type Verdict } from '../../platform/verdict.ts';

export interface VolumeSize {
  /** Where its size is in the spec. */
  readonly path: string;
  readonly wanted: string;
  /** What its claim asks for; undefined before there is one. */
  readonly held: string | undefined;
}

/** @returns a refusal for the first volume that is to be smaller than it is. */
export function decideVolumes(volumes: readonly VolumeSize[]): Verdict<true> {
  for (const { path, wanted, held } of volumes) {
    if (held === undefined || quantityValue(wanted) >= quantityValue(held)) continue;
    const remedy = `set it to ${held} or more, or restore into a new platform`;
    return refuse(
      REASONS.VolumeCannotShrink,
      path,
      `the volume has ${held}, and cannot shrink to ${wanted}: ${remedy}`,
    );
  }
  return accept(true);
}
