import { expect, it } from 'vitest';
import { patientOfVolume } from '../../../../main/ingest/volume/patient-of-volume.ts';

it.each([
  // BIDS: a subject, wherever it stands.
  ['sub-01/anat/sub-01_T1w.nii.gz', 'sub-01'],
  ['site-b/sub-A7/ses-2/anat/sub-A7_ses-2_FLAIR.nii.gz', 'sub-A7'],
  ['derivatives/tool/sub-A7/out.nii.gz', 'sub-A7'],
  ['sub-03_T1w.nii.gz', 'sub-03'],
  ['sub-04.nii', 'sub-04'],
  // No subject: words that only look like one.
  ['sub-/x.nii', 'sub-'],
  ['subject/x.nii', 'subject'],
  ['pilot-sub-01/x.nii', 'pilot-sub-01'],
  // Else the first folder, else the file.
  ['brats2012_HG0015/HG0015_flair.mha', 'brats2012_HG0015'],
  ['brats2013/pat0001/flair.nii.gz', 'brats2013'],
  ['flair.nii.gz', 'flair.nii.gz'],
])('%s belongs to %s', (path, patient) => {
  expect(patientOfVolume(path)).toBe(patient);
});
