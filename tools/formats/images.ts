import type { Coding } from './syntaxes.ts';

/** How a sample lies in its word. */
export interface Bits {
  readonly name: string;
  readonly allocated: 1 | 8 | 16 | 32 | 64;
  readonly stored: number;
  readonly signed: boolean;
  readonly float: boolean;
}

const whole = (name: string, allocated: Bits['allocated'], stored: number, signed = false): Bits => ({
  name,
  allocated,
  stored,
  signed,
  float: false,
});

export const BITS: readonly Bits[] = [
  whole('1', 1, 1),
  whole('8', 8, 8),
  whole('8 ±', 8, 8, true),
  whole('12/16', 16, 12),
  whole('12/16 ±', 16, 12, true),
  whole('16', 16, 16),
  whole('16 ±', 16, 16, true),
  whole('32', 32, 32),
  whole('32 ±', 32, 32, true),
  { name: 'float', allocated: 32, stored: 32, signed: true, float: true },
  { name: 'double', allocated: 64, stored: 64, signed: true, float: true },
];

/** PS3.3 C.7.6.3.1.2, the retired ones included. */
export const PHOTOMETRICS = [
  'MONOCHROME1',
  'MONOCHROME2',
  'PALETTE COLOR',
  'RGB',
  'YBR_FULL',
  'YBR_FULL_422',
  'YBR_PARTIAL_422',
  'YBR_PARTIAL_420',
  'YBR_RCT',
  'YBR_ICT',
  'XYB',
  'HSV',
  'ARGB',
  'CMYK',
] as const;
export type Photometric = (typeof PHOTOMETRICS)[number];

const WIDTH = 16;
const HEIGHT = 12;
const SIZE = { width: WIDTH, height: HEIGHT };

export function samplesOf(photometric: Photometric): 1 | 3 | 4 {
  switch (photometric) {
    case 'MONOCHROME1':
    case 'MONOCHROME2':
    case 'PALETTE COLOR':
      return 1;
    case 'ARGB':
    case 'CMYK':
      return 4;
    case 'RGB':
    case 'YBR_FULL':
    case 'YBR_FULL_422':
    case 'YBR_PARTIAL_422':
    case 'YBR_PARTIAL_420':
    case 'YBR_RCT':
    case 'YBR_ICT':
    case 'XYB':
    case 'HSV':
      return 3;
  }
}

/** An image to be encoded, interleaved [height, width, samples], and what a reader has to make of it. */
export interface TestImage {
  readonly width: number;
  readonly height: number;
  readonly samples: 1 | 3 | 4;
  readonly values: readonly number[];
  readonly expected: readonly number[];
  /** By how much a value may be off for the rounding of colours. */
  readonly tolerance: number;
}

/** Entries of the palette; entry i has the colour `paletteColour(i)`. */
export const PALETTE_ENTRIES = 256;

export function paletteColour(entry: number): readonly [number, number, number] {
  return [entry * 257, 65_535 - entry * 257, (entry * entry) % 65_536];
}

export function testImage(photometric: Photometric, bits: Bits, lossy: boolean): TestImage {
  const samples = samplesOf(photometric);
  const values = Array.from({ length: WIDTH * HEIGHT * samples }, (_, i) =>
    valueAt(i, samples, photometric, bits, lossy),
  );
  switch (photometric) {
    case 'PALETTE COLOR':
      return { ...SIZE, samples, values, expected: values.flatMap(paletteColour), tolerance: 0 };
    case 'YBR_FULL':
      return { ...SIZE, samples, values, expected: toRgb(values, bits.stored, 'full'), tolerance: 1 };
    case 'YBR_FULL_422':
      return shared(values, bits, 'full');
    case 'YBR_PARTIAL_422':
      return shared(values, bits, 'partial');
    case 'MONOCHROME1':
    case 'MONOCHROME2':
    case 'RGB':
    case 'YBR_PARTIAL_420':
    case 'YBR_RCT':
    case 'YBR_ICT':
    case 'XYB':
    case 'HSV':
    case 'ARGB':
    case 'CMYK':
      return { ...SIZE, samples, values, expected: values, tolerance: 0 };
  }
}

/** Lossy codings are given smooth pictures; the others the lowest and the highest values, and noise in the lowest bits. */
function valueAt(
  i: number,
  samples: number,
  photometric: Photometric,
  { stored, signed, float }: Bits,
  lossy: boolean,
): number {
  const pixel = Math.floor(i / samples);
  const [x, y, channel] = [pixel % WIDTH, Math.floor(pixel / WIDTH), i % samples];
  const fraction = (0.6 * x) / (WIDTH - 1) + (0.3 * y) / (HEIGHT - 1) + 0.05 * channel;
  if (float) return Math.fround(fraction * 1000 - 300);
  if (photometric === 'PALETTE COLOR') return Math.round(fraction * (2 ** Math.min(8, stored) - 1));
  const range = 2 ** stored;
  const low = signed ? -range / 2 : 0;
  if (!lossy && pixel === 0) return low;
  if (!lossy && pixel === 1) return low + range - 1;
  const noise = lossy ? 0 : (x * 5 + y * 3 + channel) % 7;
  return low + Math.min(range - 1, Math.floor(fraction * (range - 1)) + (stored > 1 ? noise : 0));
}

/** Every two pixels share the colour of the first. */
function shared(values: readonly number[], bits: Bits, range: 'full' | 'partial'): TestImage {
  const pairs = values.map((value, i) =>
    i % 3 === 0 ? value : (values[i - (Math.floor(i / 3) % 2) * 3] ?? value),
  );
  return { ...SIZE, samples: 3, values: pairs, expected: toRgb(pairs, bits.stored, range), tolerance: 1 };
}

/** The equations of Rec. 601 as PS3.3 C.7.6.3.1.2 refers to them, in floating point. */
function toRgb(values: readonly number[], stored: number, range: 'full' | 'partial'): number[] {
  const white = 2 ** stored - 1;
  const step = 2 ** (stored - 8);
  const clip = (value: number): number => Math.min(white, Math.max(0, Math.round(value)));
  return values.flatMap((y, i) => {
    if (i % 3 !== 0) return [];
    const half = 128 * step;
    const [blue, red] = [(values[i + 1] ?? 0) - half, (values[i + 2] ?? 0) - half];
    const [luma, scale] =
      range === 'full' ? [y, 1] : [((y - 16 * step) * white) / (219 * step), white / (224 * step)];
    return [
      clip(luma + 1.402 * scale * red),
      clip(luma - (0.114 * 1.772 * scale * blue + 0.299 * 1.402 * scale * red) / 0.587),
      clip(luma + 1.772 * scale * blue),
    ];
  });
}

/** Samples as little-endian words, as they lie in uncompressed pixel data and as encoders take them. */
export function bytesOf(values: readonly number[], { allocated, stored, float }: Bits): Buffer {
  if (allocated === 1) {
    const packed = Buffer.alloc(Math.ceil(values.length / 8));
    values.forEach((value, i) => {
      packed[i >> 3] = (packed[i >> 3] ?? 0) | (value << (i & 7));
    });
    return packed;
  }
  const size = allocated / 8;
  const bytes = Buffer.alloc(values.length * size);
  values.forEach((value, i) => {
    if (float && size === 4) bytes.writeFloatLE(value, i * size);
    else if (float) bytes.writeDoubleLE(value, i * size);
    // Bits above the highest are not of the sample: a sign is not carried on into them.
    else bytes.writeUIntLE(value < 0 ? value + 2 ** stored : value, i * size, size);
  });
  return bytes;
}

export function isLossy(coding: Coding): boolean {
  switch (coding) {
    case 'jpeg-baseline':
    case 'jpeg-extended':
    case 'jpeg-spectral':
    case 'jpeg-progressive':
    case 'jpeg-arithmetic':
    case 'jpeg-hierarchical':
    case 'jpeg-ls-near':
    case 'jpeg-2000-lossy':
    case 'htj2k-lossy':
      return true;
    case 'implicit':
    case 'explicit':
    case 'big':
    case 'deflated':
    case 'in-pieces':
    case 'rle':
    case 'jpeg-lossless':
    case 'jpeg-lossless-1':
    case 'jpeg-ls':
    case 'jpeg-2000':
    case 'htj2k':
    case 'htj2k-rpcl':
    case 'other':
      return false;
  }
}
