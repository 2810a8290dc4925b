import type { Tail } from '../../../preload/contract.ts';
import { calibration } from '../../../models/scoring/calibration.ts';

type TailOf = (score: number | undefined) => Tail | null;

/** A model's record never changes: its normals are sorted once. */
const known = new WeakMap<readonly number[], TailOf>();

/**
 * How rarely normals score as high as an image. Held-out normals and screened images are whole images alike, joined from
 * their tiles by the same rule, as thresholds need it too.
 * @param heldOut scores of the model's held-out normals, of the same name
 * @returns of each score; null where nothing was held out, or where the score is not finite
 */
export function tailsOver(heldOut: readonly number[] = []): TailOf {
  const tails = known.get(heldOut) ?? counted(heldOut);
  known.set(heldOut, tails);
  return tails;
}

function counted(heldOut: readonly number[]): TailOf {
  if (heldOut.length === 0) return () => null;
  const tail = calibration(heldOut);
  return (score) =>
    score === undefined || !Number.isFinite(score) ? null : { ...tail(score), normals: heldOut.length };
}
