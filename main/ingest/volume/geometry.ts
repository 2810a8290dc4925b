import type { Geometry, Triple } from './volume-header.ts';

/** Axes whose directions span less than this share of a unit cube lie in one plane: the file's numbers mean nothing. */
const FLAT = 1e-3;

/** @returns null where these steps describe no space */
export function geometryFrom(steps: readonly [Triple, Triple, Triple], origin: Triple): Geometry | null {
  const finite = [...steps, origin].every((vector) => vector.every(Number.isFinite));
  if (!finite) return null;
  const [a, b, c] = steps;
  const spanned = Math.abs(dot(cross(unit(a), unit(b)), unit(c)));
  return spanned >= FLAT ? { steps, origin } : null;
}

export function dot(a: Triple, b: Triple): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Triple, b: Triple): Triple {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** NaN for a vector of no length. */
export function unit(vector: Triple): Triple {
  const length = Math.hypot(...vector);
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}
