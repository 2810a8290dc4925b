import { geometryFrom } from './geometry.ts';
import type { NiftiFields } from './nifti-fields.ts';
import type { Geometry, Triple, VolumeHeader } from './volume-header.ts';

/** Millimetres of nifti1.h's codes for metres, millimetres and micrometres; files that say nothing mean millimetres. */
const UNITS: ReadonlyMap<number, number> = new Map([
  [1, 1000],
  [2, 1],
  [3, 0.001],
]);

/** A row of a matrix that takes voxel indices to millimetres. */
type Row = readonly [number, number, number, number];

/**
 * How a NIfTI volume lies in the patient: by its sform where it has one (method 3 of nifti1.h), else by its qform (method 2). A form
 * whose numbers describe no space is passed over.
 */
export function niftiGeometry(fields: NiftiFields): Pick<VolumeHeader, 'geometry' | 'spacing'> {
  const millimetres = UNITS.get(fields.units & 7) ?? 1;
  const spacing = (axis: number) => {
    const step = Math.abs(fields.pixdim[axis] ?? 0) * millimetres;
    return Number.isFinite(step) && step > 0 ? step : null;
  };
  const sform = fields.sformCode > 0 ? fromRows(sformRows(fields), millimetres) : null;
  return {
    geometry: sform ?? (fields.qformCode > 0 ? fromRows(qformRows(fields), millimetres) : null),
    spacing: [spacing(1), spacing(2), spacing(3)],
  };
}

/** NIfTI counts towards right, front and head; the signs of the first two rows turn. */
function fromRows([x, y, z]: readonly [Row, Row, Row], millimetres: number): Geometry | null {
  const column = (index: 0 | 1 | 2 | 3): Triple => [
    -x[index] * millimetres,
    -y[index] * millimetres,
    z[index] * millimetres,
  ];
  return geometryFrom([column(0), column(1), column(2)], column(3));
}

function sformRows({ sform }: NiftiFields): readonly [Row, Row, Row] {
  const row = (start: number): Row => {
    const [a = 0, b = 0, c = 0, d = 0] = sform.slice(start, start + 4);
    return [a, b, c, d];
  };
  return [row(0), row(4), row(8)];
}

/** The rotation of a unit quaternion (a, b, c, d), nifti1.h "QUATERNION REPRESENTATION OF ROTATION MATRIX". */
function qformRows({ quaternion, qoffset, pixdim }: NiftiFields): readonly [Row, Row, Row] {
  const [b = 0, c = 0, d = 0] = quaternion;
  const [x = 0, y = 0, z = 0] = qoffset;
  const [factor = 0, i = 0, j = 0, k = 0] = pixdim;
  // Rounding may leave b² + c² + d² just above 1.
  const a = Math.sqrt(Math.max(0, 1 - (b * b + c * c + d * d)));
  const third = factor < 0 ? -Math.abs(k) : Math.abs(k);
  const row = (first: number, second: number, last: number, offset: number): Row => [
    first * Math.abs(i),
    second * Math.abs(j),
    last * third,
    offset,
  ];
  return [
    row(a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c), x),
    row(2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b), y),
    row(2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - c * c - b * b, z),
  ];
}
