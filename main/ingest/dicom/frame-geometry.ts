import type { Attributes } from './attributes.ts';
import { firstItem } from './modality-values.ts';

type Vector = readonly [number, number, number];

/** Where a frame lies in the patient, PS3.3 C.7.6.2. */
export interface FramePlace {
  /** Frames with the same key are parallel and of one stack. */
  readonly stack: string;
  /** Millimetres along the normal of the frame: ImagePositionPatient · normal. */
  readonly position: number;
}

/** Steps in which orientations and positions are compared: scanners write them with rounding errors. */
const ORIENTATION_STEP = 1e-3;
const POSITION_STEP = 1e-3;

/**
 * Where each frame lies; null for those of which the file does not say it.
 * @param groupsOf the functional groups of a frame, its own before the shared ones
 */
export function readPlaces(
  attributes: Attributes,
  frames: number,
  groupsOf: (frame: number) => readonly Attributes[],
): (FramePlace | null)[] {
  const offsets = gridOffsets(attributes, frames);
  return Array.from({ length: frames }, (_, frame) => {
    const groups = groupsOf(frame);
    const enhanced = placeInGroups(groups);
    if (enhanced) return enhanced;
    // Of one place for several frames only doses and slices of nuclear medicine say how the others lie.
    const offset = frames === 1 ? 0 : offsets?.[frame];
    if (offset === undefined) return null;
    return placeOf(
      attributes.decimals('x00200032'),
      attributes.decimals('x00200037'),
      stackOf(groups),
      offset,
    );
  });
}

/** The frames in order: stack by stack as they come, each by position, and as they come where positions are equal or unknown. */
export function inSpatialOrder(places: readonly (FramePlace | null)[]): number[] {
  const stacks = [...new Set(places.map((place) => place?.stack ?? null))];
  const rank = new Map(stacks.map((stack, i) => [stack, i]));
  const step = (place: FramePlace | null | undefined): number =>
    place ? Math.round(place.position / POSITION_STEP) : 0;
  const stackRank = (frame: number): number => rank.get(places[frame]?.stack ?? null) ?? 0;
  return places
    .map((_, frame) => frame)
    .sort((a, b) => stackRank(a) - stackRank(b) || step(places[a]) - step(places[b]) || a - b);
}

/** Plane position and orientation, of the patient or, for ultrasound volumes, of the volume (PS3.3 C.7.6.16.2.3, C.8.24.6). */
function placeInGroups(groups: readonly Attributes[]): FramePlace | null {
  const stack = stackOf(groups);
  const position = firstItem(groups, 'x00209113')?.decimals('x00200032') ?? [];
  const orientation = firstItem(groups, 'x00209116')?.decimals('x00200037') ?? [];
  return (
    placeOf(position, orientation, stack, 0) ??
    placeOf(
      firstItem(groups, 'x0020930e')?.numbers('x00209301', 'FD') ?? [],
      firstItem(groups, 'x0020930f')?.numbers('x00209302', 'FD') ?? [],
      stack,
      0,
    )
  );
}

/** Stack ID of the frame content. */
function stackOf(groups: readonly Attributes[]): string {
  return firstItem(groups, 'x00209111')?.text('x00209056') ?? '';
}

function placeOf(
  position: readonly number[],
  orientation: readonly number[],
  stack: string,
  offset: number,
): FramePlace | null {
  const origin = vector(position, 0);
  const row = vector(orientation, 0);
  const column = vector(orientation, 3);
  if (!origin || !row || !column) return null;
  const normal = cross(row, column);
  const length = Math.hypot(...normal);
  // Rows and columns along one another have no normal.
  if (!(length > 0.5)) return null;
  const along = (origin[0] * normal[0] + origin[1] * normal[1] + origin[2] * normal[2]) / length;
  const direction = [...row, ...column].map((x) => String(Math.round(x / ORIENTATION_STEP) + 0)).join(' ');
  return { stack: `${stack} ${direction}`, position: along + offset };
}

function vector(values: readonly number[], at: number): Vector | null {
  const [x, y, z] = values.slice(at, at + 3);
  if (x === undefined || y === undefined || z === undefined) return null;
  return [x, y, z].every(Number.isFinite) ? [x, y, z] : null;
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/**
 * Millimetres of each frame from the first along the normal: of doses by Grid Frame Offset Vector (PS3.3 C.8.8.3.2), of
 * reconstructed slices of nuclear medicine by Slice Vector and Spacing Between Slices (C.8.4.15). Null where there is neither.
 */
function gridOffsets(attributes: Attributes, frames: number): number[] | null {
  const grid = attributes.decimals('x3004000c');
  if (grid.length === frames && grid.every(Number.isFinite)) {
    const [first = 0] = grid;
    // Offsets that do not begin with 0 are patient coordinates.
    return grid.map((offset) => offset - first);
  }
  const slices = attributes.numbers('x00540080', 'US');
  const spacing = attributes.decimal('x00180088');
  if (slices.length !== frames || spacing === null) return null;
  return slices.map((slice) => (slice - 1) * spacing);
}
