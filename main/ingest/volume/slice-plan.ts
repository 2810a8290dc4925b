import type { Plane } from '../stored-image.ts';
import { cross, dot, unit } from './geometry.ts';
import type { Geometry, Triple, VolumeHeader } from './volume-header.ts';

type Axis = 0 | 1 | 2;
const AXES = [0, 1, 2] as const;

/** One side of a picture: along which stored axis it runs, and whether from its end to its start. */
interface Side {
  readonly axis: Axis;
  readonly reversed: boolean;
}

/** How slices are cut from a volume and laid out as pictures. */
export interface SlicePlan {
  /** The stored axis across which slices are cut. */
  readonly normal: Axis;
  /** From left to right. */
  readonly column: Side;
  /** From top to bottom. */
  readonly row: Side;
  /** Millimetres along the normal of slice `index` of the normal's axis; null where unknown. */
  readonly position: (index: number) => number | null;
}

/** A direction in the patient: along axis 0, 1, 2 of left, back, head. */
interface Direction {
  readonly axis: Axis;
  readonly sign: 1 | -1;
}

const LEFT: Direction = { axis: 0, sign: 1 };
const BACK: Direction = { axis: 1, sign: 1 };
const FEET: Direction = { axis: 2, sign: -1 };

/**
 * Radiological convention, upright: the patient's left is on the right of axial and coronal pictures, front is up on axial ones and left on
 * sagittal ones, the head is up on coronal and sagittal ones.
 */
const LAYOUT: Readonly<Record<Plane, { normal: Axis; column: Direction; row: Direction }>> = {
  axial: { normal: 2, column: LEFT, row: BACK },
  coronal: { normal: 1, column: LEFT, row: FEET },
  sagittal: { normal: 0, column: BACK, row: FEET },
};

/**
 * The slices of a volume in one plane. Oblique volumes are cut along their own axes, each taken for the nearest of the patient's; those
 * that do not say how they lie, along the stored axes as they are. What has a single slice shows it whatever the plane.
 */
export function planSlices({ geometry, size, spacing }: VolumeHeader, plane: Plane): SlicePlan {
  const axes = geometry ? nearestAxes(geometry) : AXES;
  const { normal, column, row } = LAYOUT[singlePlane(size, axes) ?? plane];
  const stored = (axis: Axis): Axis => axes[axis];
  if (!geometry) {
    const step = spacing[normal];
    const [first, second] = AXES.filter((axis) => axis !== normal);
    return {
      normal,
      column: { axis: first ?? 0, reversed: false },
      row: { axis: second ?? 1, reversed: false },
      position: (index) => (step === null ? null : index * step),
    };
  }
  const side = ({ axis, sign }: Direction): Side => ({
    axis: stored(axis),
    reversed: Math.sign(geometry.steps[stored(axis)][axis]) === -sign,
  });
  const plan = { normal: stored(normal), column: side(column), row: side(row) };
  return { ...plan, position: positions(geometry, plan) };
}

/** The plane of a volume's only slice, as the patient's axes lie in it; null where it has more. */
function singlePlane(size: Triple, axes: readonly [Axis, Axis, Axis]): Plane | null {
  const [thin, ...more] = AXES.filter((axis) => size[axes[axis]] === 1);
  if (thin === undefined || more.length > 0) return null;
  switch (thin) {
    case 0:
      return 'sagittal';
    case 1:
      return 'coronal';
    case 2:
      return 'axial';
  }
}

const ORDERS: readonly (readonly [Axis, Axis, Axis])[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/** Differences of less are rounding: an axis at exactly 45° must not go one way in one file and the other in the next. */
const TIE = 1e-5;

/** For each of the patient's axes the stored one that lies nearest; none is taken twice. */
function nearestAxes({ steps }: Geometry): readonly [Axis, Axis, Axis] {
  const closeness = (order: readonly [Axis, Axis, Axis]) =>
    AXES.reduce<number>((sum, axis) => sum + Math.abs(unit(steps[order[axis]])[axis]), 0);
  return ORDERS.reduce((best, order) => (closeness(order) > closeness(best) + TIE ? order : best));
}

/** As DICOM orders slices: along row direction x column direction (PS3.3 C.7.6.2.1.1), the origin being the scanner's. */
function positions(
  { steps, origin }: Geometry,
  { normal, column, row }: Pick<SlicePlan, 'normal' | 'column' | 'row'>,
): SlicePlan['position'] {
  const towards = ({ axis, reversed }: Side): Triple => {
    const [x, y, z] = unit(steps[axis]);
    return reversed ? [-x, -y, -z] : [x, y, z];
  };
  const across = unit(cross(towards(column), towards(row)));
  const first = dot(origin, across);
  const step = dot(steps[normal], across);
  return (index) => first + index * step;
}
