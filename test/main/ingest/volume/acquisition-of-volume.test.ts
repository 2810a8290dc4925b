import { describe, expect, it } from 'vitest';
import { acquisitionOfVolume } from '../../../../main/ingest/volume/acquisition-of-volume.ts';

describe('what the name of a volume tells', () => {
  it.each([
    // As the files of BraTS, TCGA and BIDS are called.
    ['/a/HG0015_t1c.mha', 'T1 with contrast'],
    ['/a/HG0015_t1.mha', 'T1'],
    ['/a/flair_norm.nii.gz', 'FLAIR'],
    ['/a/t2.nii.gz', 'T2'],
    ['/a/BraTS20_Training_001_t1ce.nii.gz', 'T1 with contrast'],
    ['/a/sub-01_ses-1_FLAIR.nii', 'FLAIR'],
    ['/a/sub-01_T2w.nii.gz', 'T2'],
  ])('%s is %s', (path, sequence) => {
    expect(acquisitionOfVolume(path)?.sequence).toEqual({ name: sequence, from: 'description' });
  });

  it.each([
    '/t1/scan.nii.gz',
    '/a/seg.nii.gz',
    '/a/brainmask.nii.gz',
    '/a/sub-01_dwi.nii.gz',
    '/a/part2.mha',
  ])('%s tells nothing: folders do not count', (path) => {
    expect(acquisitionOfVolume(path)).toBeNull();
  });
});
