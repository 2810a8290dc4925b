import { describe, expect, it } from 'vitest';
import { CT_WINDOWS, Intensity as OfTheWindow } from '../../../../preload/contract.ts';
import { intensityFor } from '../../../../main/api/inputs/intensity-choice.ts';
import { describe as inWords } from '../../../../main/api/inputs/preparation-text.ts';
import { samePreparation } from '../../../../main/api/inputs/same-preparation.ts';
import { Intensity } from '../../../../main/ingest/intensity-settings.ts';
import type { ImageKind } from '../../../../main/store/file-records.ts';
import { imageKind } from '../image-kind.ts';

const chosen = (...kinds: Partial<ImageKind>[]) => intensityFor(kinds.map(imageKind)).intensity;

const FILE = { kind: 'file' };
const PER_FILE = { kind: 'percentile', low: 0.5, high: 99.5, over: 'file' };
const PER_IMAGE = { ...PER_FILE, over: 'image' };

describe('the intensity for images of which nobody says one', () => {
  it('is a window of Hounsfield units for CT, however its values are stored', () => {
    const ct = { format: 'dicom', modality: 'CT', bitDepth: 12 };
    const softTissue = { kind: 'window', low: -150, high: 250 };
    expect(chosen(ct)).toEqual(softTissue);
    expect(chosen({ ...ct, bitDepth: 16, samples: 'signed', windowed: true })).toEqual(softTissue);
  });

  it('takes no window for pictures of CT, whose values are no Hounsfield units', () => {
    expect(chosen({ format: 'dicom', modality: 'CT', bitDepth: 8 })).toEqual(FILE);
    expect(chosen({ format: 'dicom', modality: 'CT', bitDepth: 8, channels: 3 })).toEqual(FILE);
  });

  it('is percentiles of the foreground of the file for MR and for volumes', () => {
    expect(chosen({ format: 'dicom', modality: 'MR', bitDepth: 12, windowed: true })).toEqual(PER_FILE);
    expect(chosen({ format: 'nifti', bitDepth: 16, samples: 'signed' })).toEqual(PER_FILE);
    expect(chosen({ format: 'metaimage', bitDepth: 32, samples: 'float' })).toEqual(PER_FILE);
  });

  it('is what the file says for radiographs with a window, and percentiles for those without', () => {
    expect(chosen({ format: 'dicom', modality: 'DX', bitDepth: 14, windowed: true })).toEqual(FILE);
    expect(chosen({ format: 'dicom', modality: 'MG', bitDepth: 14, windowed: false })).toEqual(PER_IMAGE);
  });

  it('is what the type declares for photographs and camera images, not for floats and what may be negative', () => {
    expect(chosen({ format: 'jpeg', channels: 3 })).toEqual(FILE);
    expect(chosen({ format: 'tiff', bitDepth: 16 })).toEqual(FILE);
    expect(chosen({ format: 'tiff', bitDepth: 32, samples: 'float' })).toEqual(PER_IMAGE);
    expect(chosen({ format: 'tiff', bitDepth: 16, samples: 'signed' })).toEqual(PER_IMAGE);
  });

  it('is that of nearly all images, else what suits every kind', () => {
    const ct = { format: 'dicom', modality: 'CT', bitDepth: 12, count: 95 };
    const doseReport = { format: 'dicom', modality: 'CT', bitDepth: 8, channels: 3, count: 5 };
    expect(chosen(ct, doseReport)).toMatchObject({ kind: 'window' });
    expect(chosen(ct, { format: 'dicom', modality: 'MR', bitDepth: 12, count: 95 })).toEqual(PER_FILE);
  });

  it('knows of files that were scanned before their values were asked for', () => {
    const old = { samples: null, windowed: null };
    expect(chosen({ format: 'png', ...old })).toEqual(FILE);
    expect(chosen({ format: 'dicom', bitDepth: 16, ...old })).toEqual(PER_IMAGE);
  });
});

describe('an intensity', () => {
  it('is the same for the window and for the program', () => {
    const tried: unknown[] = [
      { kind: 'file' },
      { kind: 'window', low: -1, high: 1 },
      { kind: 'window', low: 1, high: 1 },
      { kind: 'percentile', low: 0, high: 100, over: 'image' },
      { kind: 'percentile', low: -1, high: 100, over: 'image' },
      { kind: 'percentile', low: 0, high: 100, over: 'series' },
      { kind: 'z-score', deviations: 100, over: 'file' },
      { kind: 'z-score', deviations: 0, over: 'file' },
      { kind: 'none' },
    ];
    for (const each of tried) {
      expect(OfTheWindow.safeParse(each).success, JSON.stringify(each)).toBe(
        Intensity.safeParse(each).success,
      );
    }
  });

  it('is said with the preparation', () => {
    const resize = { fit: 'resize', height: 64, width: 32, channels: 1 } as const;
    expect(inWords(resize)).toBe('resize 32x64 grey, values as each file says');
    expect(inWords({ ...resize, intensity: { kind: 'window', low: -150, high: 250 } })).toBe(
      'resize 32x64 grey, window -150 to 250',
    );
    const percentile = { kind: 'percentile', low: 0.5, high: 99.5, over: 'file' } as const;
    expect(inWords({ ...resize, intensity: percentile })).toContain(
      "percentiles 0.5 to 99.5 of each file's foreground",
    );
    expect(inWords({ ...resize, intensity: { kind: 'z-score', deviations: 3, over: 'image' } })).toContain(
      "z-scores -3 to 3 of each image's foreground",
    );
  });

  it('that is absent is that of the file', () => {
    const resize = { fit: 'resize', height: 64, width: 64, channels: 1 } as const;
    expect(samePreparation(resize, { ...resize, intensity: { kind: 'file' } })).toBe(true);
    expect(samePreparation(resize, { ...resize, intensity: { kind: 'window', low: 0, high: 1 } })).toBe(
      false,
    );
    expect(samePreparation(resize, { ...resize, width: 32 })).toBe(false);
  });
});

describe('the windows of CT', () => {
  // Level and width as radiologists name them.
  it.each([
    ['soft-tissue', 50, 400],
    ['lung', -600, 1500],
    ['bone', 400, 1800],
    ['brain', 40, 80],
  ])('%s', (name, level, width) => {
    const window = CT_WINDOWS.find((each) => each.name === name);
    expect([window?.low, window?.high]).toEqual([level - width / 2, level + width / 2]);
  });
});
