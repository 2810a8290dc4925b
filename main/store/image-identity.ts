import type { Plane } from './columns.ts';

/** What an image is told apart and grouped by: few enough columns that those of 100,000 images are read in a moment. */
export interface ImageIdentity {
  readonly id: number;
  readonly relativePath: string;
  readonly frame: number;
  readonly plane: Plane | null;
  /** How many images its file counts. */
  readonly frames: number;
  readonly sha256: string;
  readonly label: string | null;
  readonly patientKey: string | null;
  readonly studyKey: string | null;
  readonly groupKey: string | null;
  readonly look: string | null;
}

/** In the order of {@link IdentityRow}. */
export const IDENTITY_COLUMNS =
  'id, relative_path, frame, plane, frames, sha256, label, patient_key, study_key, group_key, look';

type IdentityRow = readonly [
  id: number,
  relativePath: string,
  frame: number,
  plane: string,
  frames: number,
  sha256: string,
  label: string | null,
  patientKey: string | null,
  studyKey: string | null,
  groupKey: string | null,
  look: string | null,
];

export const isIdentityRow = (row: unknown): row is IdentityRow =>
  Array.isArray(row) &&
  row.length === 11 &&
  [row[0], row[2], row[4]].every(Number.isInteger) &&
  [row[1], row[3], row[5]].every((value) => typeof value === 'string') &&
  row.slice(6).every((value) => value === null || typeof value === 'string');

export function identityOf([
  id,
  relativePath,
  frame,
  plane,
  frames,
  sha256,
  label,
  patientKey,
  studyKey,
  groupKey,
  look,
]: IdentityRow): ImageIdentity {
  return {
    id,
    relativePath,
    frame,
    plane: plane === 'axial' || plane === 'coronal' || plane === 'sagittal' ? plane : null,
    frames,
    sha256,
    label,
    patientKey,
    studyKey,
    groupKey,
    look,
  };
}
