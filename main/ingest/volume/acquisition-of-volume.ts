import { basename } from 'node:path';
import { sequenceOfName } from '../sequence-of-name.ts';
import type { Acquisition } from '../stored-image.ts';

const EXTENSION = /(\.nii)?\.[a-z]+$/i;
/** "sub-01_", "ses-2_": who and when, not how (BIDS, file name structure). */
const BIDS_ENTITY = /\b[a-z]+-[a-z0-9]+_/gi;

/** Headers of volumes tell nothing of how they were taken; the names of their files often do. Null where neither tells. */
export function acquisitionOfVolume(path: string): Acquisition | null {
  const words = basename(path).replace(EXTENSION, '').replaceAll(BIDS_ENTITY, '');
  const name = sequenceOfName(words);
  if (name === null) return null;
  return {
    patientId: null,
    studyUid: null,
    seriesUid: null,
    modality: null,
    seriesDescription: null,
    sequence: { name, from: 'description' },
    burnedIn: null,
  };
}
