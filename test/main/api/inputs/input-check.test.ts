import { describe, expect, it } from 'vitest';
import { checkInputs, misfitOf } from '../../../../main/api/inputs/input-check.ts';
import { InputProfile, profileOf } from '../../../../main/api/inputs/input-profile.ts';
import { profileText } from '../../../../main/api/inputs/input-profile-text.ts';
import type { Intensity } from '../../../../main/ingest/intensity-settings.ts';
import type { Preparation } from '../../../../main/ingest/preparation-settings.ts';
import type { ImageKind } from '../../../../main/store/file-records.ts';
import { imageKind } from '../image-kind.ts';

const CT = { format: 'dicom', modality: 'CT', bitDepth: 12, width: 512, height: 512 };
const MR = {
  format: 'dicom',
  modality: 'MR',
  bitDepth: 12,
  windowed: true,
  sequence: 'FLAIR',
} satisfies Partial<ImageKind>;

const FILE: Intensity = { kind: 'file' };
const PER_IMAGE: Intensity = { kind: 'percentile', low: 1, high: 99, over: 'image' };

const prepared = (intensity: Intensity): Preparation => ({
  fit: 'resize',
  height: 64,
  width: 64,
  channels: 1,
  intensity,
});

/** Fitted on the first, shown the second. */
function check(seen: Partial<ImageKind>, shown: Partial<ImageKind>, intensity = FILE) {
  return checkInputs(profileOf([imageKind(seen)]), prepared(intensity), [imageKind(shown)]);
}

describe('images that a model was fitted on', () => {
  it.each([{}, CT, MR, { format: 'nifti', bitDepth: 32, samples: 'float' } as const])(
    'fit it, whatever they are: %o',
    (kind) => {
      for (const intensity of [FILE, PER_IMAGE]) {
        expect(check(kind, kind, intensity)).toEqual({ images: 1, misfits: 0, reasons: [], warnings: [] });
      }
    },
  );

  it('are described, the most common first', () => {
    const profile = profileOf([
      imageKind({ ...MR, width: 256, height: 192, count: 3 }),
      imageKind({ ...MR, width: 512, height: 512, sequence: 'T2', bitDepth: 16, count: 4 }),
    ]);
    expect(profileText(profile)).toBe(
      'MR (T2, FLAIR); DICOM files; 16 bits, 12 bits; grey; 256x192 to 512x512 pixels',
    );
    expect(profileText(profileOf([imageKind({ channels: 3 })]))).toBe(
      'modality not stated; picture files; 8 bits; colour; 256x256 pixels',
    );
    expect(InputProfile.parse(JSON.parse(JSON.stringify(profile)))).toEqual(profile);
  });

  it('leave a record of bounded size, whatever files call their modality', () => {
    const odd = Array.from({ length: 1000 }, (_, index) =>
      imageKind({ modality: `${index} ${'x'.repeat(500)}` }),
    );
    const profile = profileOf(odd);
    expect(InputProfile.safeParse(profile).success).toBe(true);
    expect(JSON.stringify(profile).length).toBeLessThan(5000);
    // A model of one of them still knows its own.
    expect(check({ modality: 'x'.repeat(500) }, { modality: 'x'.repeat(500) }).misfits).toBe(0);
    expect(checkInputs(profileOf([imageKind()]), prepared(FILE), odd).reasons.length).toBeLessThan(10);
  });
});

describe('what stands against images', () => {
  it('another modality', () => {
    expect(check(CT, { ...MR, width: 512, height: 512, windowed: false }).reasons).toEqual([
      '1 image is of the modality MR, the model was fitted on CT',
    ]);
    expect(check(CT, { ...CT, modality: null, count: 3 }).reasons).toEqual([
      '3 images do not state the modality, the model was fitted on CT',
    ]);
    expect(check({ format: 'dicom' }, { format: 'dicom', modality: 'DX' }).reasons).toEqual([
      '1 image is of the modality DX, the model was fitted on images that do not state theirs',
    ]);
  });

  it('8 bits instead of more, and more instead of 8, whatever the intensity', () => {
    for (const intensity of [FILE, PER_IMAGE]) {
      expect(check({}, { bitDepth: 16 }, intensity).reasons).toEqual([
        '1 image has 16 bits a value, the model was fitted on 8 bits',
      ]);
      expect(check({ bitDepth: 16 }, { count: 2 }, intensity).reasons).toEqual([
        '2 images have 8 bits a value, the model was fitted on 16 bits',
      ]);
    }
  });

  it('other depths and signs beyond 8 bits where the range of the type is what is seen, and only there', () => {
    const others: Partial<ImageKind>[] = [
      { bitDepth: 12 },
      { bitDepth: 16, samples: 'signed' },
      { bitDepth: 32, samples: 'float' },
    ];
    for (const other of others) {
      expect(check({ bitDepth: 16 }, other, FILE).misfits, JSON.stringify(other)).toBe(1);
      expect(check({ bitDepth: 16 }, other, PER_IMAGE).misfits).toBe(0);
      expect(check({ bitDepth: 16 }, other, { kind: 'window', low: 0, high: 9 }).misfits).toBe(0);
    }
    expect(check({ bitDepth: 16 }, { bitDepth: 16, samples: 'signed' }).reasons).toEqual([
      '1 image has 16 signed bits a value, the model was fitted on 16 bits',
    ]);
    // A window of the file's own makes the depth disappear.
    expect(check({ ...MR, bitDepth: 12 }, { ...MR, bitDepth: 16 }, FILE).misfits).toBe(0);
  });

  it('a window of their own, or none, where that decides what is seen', () => {
    expect(check(MR, { ...MR, windowed: false }).reasons).toEqual([
      '1 image has no window, the model was fitted on images with one of their own',
    ]);
    expect(check({ ...CT, windowed: false }, { ...CT, windowed: true, count: 2 }).reasons).toEqual([
      '2 images have a window of their own, the model was fitted on images without',
    ]);
    expect(check(MR, { ...MR, windowed: false }, PER_IMAGE).misfits).toBe(0);
  });

  it('colour against grey', () => {
    expect(check({}, { channels: 3 }).reasons).toEqual([
      '1 image is in colour, the model was fitted on images in grey',
    ]);
    expect(check({ channels: 3 }, {}).misfits).toBe(1);
  });

  it('a size beyond twice or half of what was seen, with the factor of the farthest', () => {
    const profile = profileOf([
      imageKind({ width: 200, height: 100 }),
      imageKind({ width: 400, height: 300 }),
    ]);
    const sizes = (...shown: [number, number][]) =>
      checkInputs(
        profile,
        prepared(FILE),
        shown.map(([width, height]) => imageKind({ width, height })),
      ).reasons;
    expect(sizes([100, 50], [800, 600], [300, 200])).toEqual([]);
    expect(sizes([1000, 600], [800, 1200])).toEqual([
      '2 images are up to 4.0 times larger than any that the model was fitted on (at most 400x300 pixels)',
    ]);
    expect(sizes([50, 100])).toEqual([
      '1 image is 4.0 times smaller than any that the model was fitted on (at least 200x100 pixels)',
    ]);
  });

  it('no size above that of a tile, since tiles show every image at its own scale', () => {
    const tiles: Preparation = { fit: 'tile', height: 64, width: 64, channels: 1, overlap: 16 };
    const profile = profileOf([imageKind()]);
    expect(checkInputs(profile, tiles, [imageKind({ width: 9000, height: 9000 })]).misfits).toBe(0);
    expect(checkInputs(profile, tiles, [imageKind({ width: 64, height: 64 })]).misfits).toBe(1);
  });

  it('files of another family, where statistics are taken over a file', () => {
    const overFile: Intensity = { kind: 'z-score', deviations: 3, over: 'file' };
    const volume = { format: 'nifti', bitDepth: 16 };
    const slices = { format: 'dicom', bitDepth: 16 };
    expect(check(volume, slices, overFile).reasons).toEqual([
      '1 image comes from DICOM files, the model was fitted on volumes, and statistics over a file are not the same there',
    ]);
    expect(check(volume, slices, PER_IMAGE)).toMatchObject({
      misfits: 0,
      warnings: ['1 image comes from DICOM files, the model was fitted on volumes'],
    });
  });
});

describe('what is only warned of', () => {
  it('another MR sequence, since it is a guess; an unknown one is none', () => {
    expect(check(MR, { ...MR, sequence: 'T2', count: 12 })).toEqual({
      images: 12,
      misfits: 0,
      reasons: [],
      warnings: ['12 images look like T2 (a guess), the model was fitted on FLAIR'],
    });
    expect(check(MR, { ...MR, sequence: null }).warnings).toEqual([]);
    expect(check({ ...MR, sequence: null }, MR).warnings).toEqual([]);
  });

  it('a model from before what it saw was recorded', () => {
    const result = checkInputs(undefined, prepared(FILE), [imageKind({ count: 5 })]);
    expect(result).toMatchObject({ images: 5, misfits: 0, reasons: [] });
    expect(result.warnings).toEqual([expect.stringContaining('was not recorded')]);
    expect(misfitOf(undefined, prepared(FILE), imageKind())).toBeNull();
  });

  it('nothing of what a scan did not ask yet', () => {
    const old = { bitDepth: 16, samples: null, windowed: null };
    expect(check(old, { bitDepth: 16, samples: 'signed' }).misfits).toBe(0);
    expect(check({ bitDepth: 16, samples: 'signed' }, old).misfits).toBe(0);
  });
});

describe('a folder of several kinds', () => {
  const profile = profileOf([imageKind(CT)]);
  const mixed = [
    imageKind({ ...CT, count: 30 }),
    imageKind({ ...CT, bitDepth: 8, channels: 3, count: 2 }),
    imageKind({ ...CT, modality: 'MR', count: 1200 }),
  ];

  it('counts each image once, and names the most frequent reason first', () => {
    expect(checkInputs(profile, prepared(PER_IMAGE), mixed)).toMatchObject({
      images: 1232,
      misfits: 1202,
      reasons: [
        '1,200 images are of the modality MR, the model was fitted on CT',
        '2 images have 8 bits a value, the model was fitted on 12 bits',
        '2 images are in colour, the model was fitted on images in grey',
      ],
    });
  });

  it('says of one image all that stands against it', () => {
    const [fits, report] = mixed.map((image) => misfitOf(profile, prepared(PER_IMAGE), image));
    expect(fits).toBeNull();
    expect(report).toBe(
      'has 8 bits a value, the model was fitted on 12 bits; it is in colour, the model was fitted on images in grey',
    );
  });
});
