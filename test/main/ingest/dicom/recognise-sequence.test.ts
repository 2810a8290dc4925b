import { describe, expect, it } from 'vitest';
import type { MrParameters } from '../../../../main/ingest/dicom/mr-parameters.ts';
import { recogniseSequence } from '../../../../main/ingest/dicom/recognise-sequence.ts';

const UNKNOWN: MrParameters = {
  echo: null,
  isInversionRecovery: false,
  isPrepared: false,
  repetitionTime: null,
  echoTime: null,
  inversionTime: null,
  contrast: null,
  hasContrastAgent: false,
  isDerivedOrSpecial: false,
  description: '',
};

const spin = (
  repetitionTime: number,
  echoTime: number,
  inversionTime: number | null = null,
): MrParameters => ({
  ...UNKNOWN,
  echo: 'spin',
  repetitionTime,
  echoTime,
  inversionTime,
});

function recognised(mr: Partial<MrParameters>): string | null {
  const guess = recogniseSequence({ ...UNKNOWN, ...mr });
  return guess && `${guess.name} by ${guess.from}`;
}

describe('by how the image was taken', () => {
  it.each([
    // Usual protocols of the head.
    ['T1 spin echo', spin(500, 14), 'T1'],
    ['T2 turbo spin echo', spin(4500, 100), 'T2'],
    ['3D T2', spin(3200, 410), 'T2'],
    ['FLAIR', spin(9000, 120, 2500), 'FLAIR'],
    ['3D FLAIR', spin(5000, 390, 1800), 'FLAIR'],
    ['T1 FLAIR', spin(2000, 12, 860), 'T1'],
    [
      'MP-RAGE',
      { echo: 'gradient', isPrepared: true, repetitionTime: 2300, echoTime: 3, inversionTime: 900 },
      'T1',
    ],
    [
      'IR-SPGR',
      { echo: 'gradient', isInversionRecovery: true, repetitionTime: 8, echoTime: 3, inversionTime: 450 },
      'T1',
    ],
    ['said outright', { contrast: 'FLUID_ATTENUATED' }, 'FLAIR'],
    ['said outright', { contrast: 'T2' }, 'T2'],
    // The ends of the ranges.
    ['the longest repetition and echo of T1', spin(1000, 30), 'T1'],
    ['the shortest of T2', spin(2000, 70), 'T2'],
    ['the shortest inversion of FLAIR', spin(9000, 70, 1500), 'FLAIR'],
    ['the ends of T1 FLAIR', spin(2000, 40, 400), 'T1'],
    ['the ends of T1 FLAIR', spin(2000, 40, 1200), 'T1'],
  ] as const)('%s', (_, mr, name) => {
    expect(recognised(mr)).toBe(`${name} by attributes`);
  });

  it.each([
    ['a little more repetition than T1', spin(1001, 14)],
    ['a little more echo than T1', spin(500, 31)],
    ['a little less than T2', spin(1999, 70)],
    ['a little less than T2', spin(2000, 69)],
    ['a little less inversion than FLAIR', spin(9000, 120, 1499)],
    ['proton density', spin(3000, 15)],
    ['short tau inversion', spin(4000, 60, 160)],
    ['echo-planar', { echo: 'planar', repetitionTime: 4000, echoTime: 90 }],
    ['a localizer', { echo: 'gradient', repetitionTime: 8, echoTime: 4 }],
    ['diffusion', { contrast: 'DIFFUSION', description: 'T2 DIFF' }],
    ['a map', { ...spin(500, 14), isDerivedOrSpecial: true, description: 'T1' }],
    ['nothing known', {}],
  ] as const)('not %s', (_, mr) => {
    expect(recognised(mr)).toBeNull();
  });

  it('an agent makes T1 one with contrast, and nothing else', () => {
    expect(recognised({ ...spin(500, 14), hasContrastAgent: true })).toBe('T1 with contrast by attributes');
    expect(recognised({ ...spin(4500, 100), hasContrastAgent: true })).toBe('T2 by attributes');
  });

  it('what attributes leave open, the description may add', () => {
    expect(recognised({ ...spin(500, 14), description: 'AX T1 +C' })).toBe('T1 with contrast by description');
    expect(recognised({ ...spin(9000, 120), description: 'AX FLAIR' })).toBe('FLAIR by description');
    expect(recognised({ hasContrastAgent: true, description: 'AX T1' })).toBe(
      'T1 with contrast by description',
    );
  });

  it('a description does not overrule how the image was taken', () => {
    expect(recognised({ ...spin(4500, 100), description: 'AX T1' })).toBe('T2 by attributes');
    expect(recognised({ ...spin(3000, 15), description: 'AX T2' })).toBeNull();
  });
});

describe('by the description', () => {
  it.each([
    ['* FLAIR AXIAL', 'FLAIR'],
    ['t2_tirm_tra_dark-fluid', 'FLAIR'],
    ['t2_space_dark-fluid_sag_p2_iso', 'FLAIR'],
    ['AX T2 FLAIR', 'FLAIR'],
    ['SAG T1 FLAIR', 'T1'],
    ['* T2 FSE AXIAL', 'T2'],
    ['t2_tse_tra', 'T2'],
    ['T2W_TSE', 'T2'],
    ['* T1 AXIAL PRE GAD', 'T1'],
    ['t1_mprage_sag_p2_iso', 'T1'],
    ['T1 w/o contrast', 'T1'],
    ['T1 non-contrast', 'T1'],
    ['Ax T1 nativ', 'T1'],
    ['SAG MPRAGE', 'T1'],
    ['Cor 3D FSPGR', 'T1'],
    ['* T1 AXIAL POST GAD', 'T1 with contrast'],
    ['AX T1 +C', 'T1 with contrast'],
    ['AX T1+GD', 'T1 with contrast'],
    ['t1_se_tra_KM', 'T1 with contrast'],
    ['T1C', 'T1 with contrast'],
    ['T1CE', 'T1 with contrast'],
    ['T1w post contrast', 'T1 with contrast'],
    ['C+ AX T1', 'T1 with contrast'],
  ])('%s is %s', (description, name) => {
    expect(recognised({ description })).toBe(`${name} by description`);
  });

  it.each([
    'LOCALIZER',
    '3-plane loc',
    'ep2d_diff_3scan_trace_p2_ADC',
    'AX DWI',
    'T2* GRE',
    't2star_tra',
    'SWI',
    'TOF_3D_multi-slab',
    'AX PD',
    'PD T2 dual echo',
    't1_map',
    'T2 mapping',
    'STIR',
    'perfusion T1 dce',
    'Subtraction T1',
    'FMRI_AX_ASC',
    'Brain',
    'WT10 survey',
    '',
  ])('"%s" is none of them', (description) => {
    expect(recognised({ description })).toBeNull();
  });
});
