// Makes examples/mri-modality: `npx node tools/make-examples/mri-modality.ts <unpacked brain-mri folder> [output folder]`.
import { join } from 'node:path';
import { clearImageFolders, cropAndShrink, type Square, writePng } from './grey-image.ts';
import { readNifti, type Volume } from './nifti.ts';
import { SourceError } from './source-error.ts';

const MODALITIES = ['flair', 't1', 't1c', 't2'] as const;
const FIT_PATIENT = 'DU-7294';
const SCREEN_PATIENT = 'FG-6692';

/** 192 voxels at 1 mm hold every brain of the atlas space with a margin, and shrink to 64 pixels by exactly 3. */
const CROP_SIDE = 192;
const SHRINK = 3;
const SMALLEST_BRAIN_FRACTION = 0.15;
const WHITE_PERCENTILE = 0.995;

/**
 * Writes the slices of both patients below `output` and returns the number of files written.
 *
 * @throws {SourceError} when `source` does not hold the two patients' volumes.
 */
export async function makeMriModality(source: string, output: string): Promise<number> {
  const folder = (patient: string) => join(source, `tcga_${patient}_bratsspace`);
  const masks = new Map<string, Volume>();
  for (const patient of [FIT_PATIENT, SCREEN_PATIENT]) {
    masks.set(patient, await readNifti(join(folder(patient), 'brainmask.nii.gz')));
  }
  const square = commonSquare([...masks.values()]);
  await clearImageFolders(output);

  // Both patients lie in one atlas space: the same slices of both leave the position in the head out of the comparison,
  // and the mask, not a modality's own voxels, chooses them: every modality shows the same anatomy.
  const perPatient = [...masks.values()].map(slicesWithBrain);
  const slices = perPatient.reduce((common, own) => common.filter((z) => own.includes(z)));
  let written = 0;
  for (const [patient, mask] of masks) {
    for (const modality of MODALITIES) {
      const path = join(folder(patient), `${modality}.nii.gz`);
      const brain = aboveBackground(await readNifti(path), mask, path);
      const white = whiteLevel(brain, path);
      const folders = patient === SCREEN_PATIENT ? [join('screen', modality)] : [join('general', modality)];
      if (patient === FIT_PATIENT && modality === 'flair') folders.push('fit');
      for (const z of slices) {
        const image = cropAndShrink(windowedSlice(brain, z, white), square, SHRINK);
        const name = `${patient}_${modality}_z${String(z).padStart(3, '0')}.png`;
        for (const target of folders) await writePng(join(output, target, name), image);
        written += folders.length;
      }
    }
  }
  return written;
}

/** One square for both patients and all modalities, centred on the bounding box of both brains. */
function commonSquare(masks: readonly Volume[]): Square {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { width, height, voxels } of masks) {
    voxels.forEach((value, index) => {
      if (value === 0) return;
      const x = index % width;
      const y = Math.floor(index / width) % height;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    });
  }
  if (right - left >= CROP_SIDE || bottom - top >= CROP_SIDE) {
    throw new SourceError(
      'unexpected',
      `The brains are larger than ${CROP_SIDE} voxels: these are not the expected volumes.`,
    );
  }
  const start = (low: number, high: number) => Math.floor((low + high + 1 - CROP_SIDE) / 2);
  return { left: start(left, right), top: start(top, bottom), side: CROP_SIDE };
}

function slicesWithBrain({ width, height, depth, voxels }: Volume): number[] {
  const area = width * height;
  return Array.from({ length: depth }, (_, z) => z).filter((z) => {
    const inside = voxels
      .subarray(z * area, (z + 1) * area)
      .reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
    return inside / area > SMALLEST_BRAIN_FRACTION;
  });
}

/**
 * The volume counted from its background, which becomes 0. Rescaling to 0–1 after interpolation left one of the volumes with a
 * background of 2 %: kept, it would tell that volume from all others without looking at the brain.
 */
function aboveBackground(volume: Volume, mask: Volume, path: string): Volume {
  const background = volume.voxels.find((_, index) => mask.voxels[index] === 0) ?? 0;
  if (mask.voxels.length !== volume.voxels.length) {
    throw new SourceError(
      'unexpected',
      `${path} and its brain mask differ in size: unpack the source archive again.`,
    );
  }
  const voxels = volume.voxels.map((value, index) => {
    const outside = mask.voxels[index] === 0;
    if (outside && value !== background) {
      throw new SourceError(
        'unexpected',
        `${path} is not skull-stripped by its brain mask: unpack the source archive again.`,
      );
    }
    return outside ? 0 : Math.max(0, value - background);
  });
  return { ...volume, voxels };
}

/** The 99.5th percentile of a volume's non-zero voxels, by nearest rank: a few bright vessels must not darken the brain. */
function whiteLevel(volume: Volume, path: string): number {
  const sorted = volume.voxels.filter((value) => value !== 0).sort();
  const white = sorted[Math.ceil(WHITE_PERCENTILE * sorted.length) - 1];
  if (white === undefined || white <= 0) {
    throw new SourceError('unexpected', `${path} holds no brain: unpack the source archive again.`);
  }
  return white;
}

function windowedSlice({ width, height, voxels }: Volume, z: number, white: number) {
  const area = width * height;
  const values = voxels.slice(z * area, (z + 1) * area);
  return { width, height, values: values.map((value) => Math.min(255, Math.max(0, (255 * value) / white))) };
}

if (import.meta.main) {
  const [source, output = join(import.meta.dirname, '../../examples/mri-modality')] = process.argv.slice(2);
  if (source === undefined)
    throw new SourceError('missing', 'Name the folder of the unpacked brain-mri archive.');
  console.log(`${await makeMriModality(source, output)} images written below ${output}`);
}
