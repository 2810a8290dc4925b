import { checkSize, corrupt, unsupported } from '../problems.ts';
import type { Attributes } from './attributes.ts';
import { MAX_FRAMES } from './limits.ts';

/** What the header says of the pixels, PS3.3 C.7.6.3. The same for all frames. */
export interface PixelDescription {
  readonly rows: number;
  readonly columns: number;
  readonly samples: 1 | 3;
  readonly photometric: Photometric;
  /** Samples lie plane by plane. */
  readonly planar: boolean;
  readonly frames: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  /** Bits of floating-point samples; null for whole numbers. */
  readonly floating: 32 | 64 | null;
}

const PHOTOMETRICS = [
  'MONOCHROME1',
  'MONOCHROME2',
  'PALETTE COLOR',
  'RGB',
  'YBR_FULL',
  'YBR_FULL_422',
  'YBR_PARTIAL_422',
  'YBR_PARTIAL_420',
  'YBR_ICT',
  'YBR_RCT',
] as const;
/** Photometric interpretations that are read, PS3.3 C.7.6.3.1.2. */
export type Photometric = (typeof PHOTOMETRICS)[number];

/**
 * @param floating bits of floating-point samples; null for whole numbers
 * @throws IngestError corrupt, too-large, unsupported-format
 */
export function readPixelDescription(
  attributes: Attributes,
  floating: 32 | 64 | null,
  path: string,
): PixelDescription {
  const required = (tag: string, name: string): number => {
    const value = attributes.number(tag, 'US');
    if (value === null) throw corrupt(path, `its DICOM header has no ${name}`);
    return value;
  };
  const rows = required('x00280010', 'number of rows');
  const columns = required('x00280011', 'number of columns');
  checkSize(columns, rows, path);
  const frames = numberOfFrames(attributes, path);
  const samples = attributes.number('x00280002', 'US') ?? 1;
  const photometric = photometricOf(attributes, samples, path);
  if (samples !== 1 && samples !== 3) {
    throw corrupt(path, `its DICOM header says ${String(samples)} samples per pixel`);
  }
  if ((samples === 1) !== isOneSample(photometric)) {
    throw corrupt(path, `its DICOM header says ${photometric} with ${String(samples)} samples per pixel`);
  }
  const shape = { rows, columns, samples, photometric, frames, floating } as const;
  if (floating !== null) {
    const bits = { bitsAllocated: floating, bitsStored: floating, highBit: floating - 1 };
    return { ...shape, ...bits, planar: false, signed: true };
  }
  const bitsAllocated = required('x00280100', 'bits allocated');
  const bitsStored = attributes.number('x00280101', 'US') ?? bitsAllocated;
  const highBit = attributes.number('x00280102', 'US') ?? bitsStored - 1;
  if (bitsAllocated < 1 || bitsAllocated > 64 || bitsStored < 1 || bitsStored > bitsAllocated) {
    throw corrupt(path, 'its DICOM header says impossible bits per sample');
  }
  return {
    ...shape,
    planar: samples === 3 && attributes.number('x00280006', 'US') === 1,
    bitsAllocated,
    bitsStored,
    // A high bit that cannot be is a slip of the writer: the usual place is right then.
    highBit: highBit < bitsAllocated && highBit + 1 >= bitsStored ? highBit : bitsStored - 1,
    signed: attributes.number('x00280103', 'US') === 1,
  };
}

/** One where the file does not say, or says what is no number. */
function numberOfFrames(attributes: Attributes, path: string): number {
  const frames = attributes.decimal('x00280008') ?? 1;
  if (frames > MAX_FRAMES) {
    throw corrupt(path, `its DICOM header says ${String(frames)} frames, more than ${String(MAX_FRAMES)}`);
  }
  return Math.max(1, Math.trunc(frames));
}

function photometricOf(attributes: Attributes, samples: number, path: string): Photometric {
  const name = attributes.text('x00280004')?.toUpperCase() ?? '';
  const known = PHOTOMETRICS.find((photometric) => photometric === name);
  if (known !== undefined) return known;
  // Without a name, or with one that is not of the standard, the samples tell.
  if (samples === 1 && (name === '' || name.startsWith('MONOCHROME'))) return 'MONOCHROME2';
  if (samples === 3 && name === '') return 'RGB';
  throw unsupported(path, `has the DICOM photometric interpretation ${name}`);
}

function isOneSample(photometric: Photometric): boolean {
  return photometric.startsWith('MONOCHROME') || photometric === 'PALETTE COLOR';
}
