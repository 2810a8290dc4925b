/**
 * A fixed bank of oriented filters at several scales (Gabor pairs and their energies, after Jones & Palmer 1987 and Bovik et al.
 * 1990) and isotropic blob filters, pooled over cells: features of texture, edges and spots. Nothing in it is learned; it knows no
 * objects.
 */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import type { ImageShape } from '../images.ts';

export interface FilterBankSettings {
  /** Octaves, from one; each halves the image. */
  readonly scales: number;
  /** Angles in half a turn. */
  readonly orientations: number;
  /** Pixels along each side of a place of the grid: a multiple of 2^(scales − 1). */
  readonly cell: number;
}

/** Fine enough for a scratch of a pixel or two, coarse enough for a stain. */
export const FILTER_BANK: FilterBankSettings = { scales: 4, orientations: 6, cell: 8 };

/** Pixels of the filters' support, their Gaussian's deviation, and the wavelength under it: about an octave wide. */
const SUPPORT = 9;
const DEVIATION = 1.8;
const WAVELENGTH = 4.5;
/** The two deviations whose Gaussians' difference tells spots. */
const SPOT_DEVIATIONS = [1, 1.8] as const;

/** Amplitudes below this, of a pixel range of one, count as none: about the noise of an 8-bit sensor. */
const NOISE = 1 / 256;

/**
 * @throws {RangeError} for images that are not whole cells, or cells that are not whole pixels of the coarsest scale
 */
export function gridOf(
  { height, width }: ImageShape,
  { cell, scales }: FilterBankSettings,
): { height: number; width: number } {
  if (height % cell !== 0 || width % cell !== 0 || cell % 2 ** (scales - 1) !== 0) {
    throw new RangeError(`${width} × ${height} pixels are not whole cells of ${cell} over ${scales} scales`);
  }
  return { height: height / cell, width: width / cell };
}

/** Of a place: energies of each scale and angle, bright and dark spots of each scale, mean brightness (and two opponent colours). */
export function gridDimensions(channels: number, { scales, orientations }: FilterBankSettings): number {
  return scales * (orientations + 2) + channels;
}

/** `images [B, C, H, W]` in [−0.5, 0.5) → `[B, D, h, w]`: logarithms of amplitudes, and mean colours. */
export function filterBank(images: Tensor, shape: ImageShape, settings: FilterBankSettings): Tensor {
  const grid = gridOf(shape, settings);
  const colours = opponentColours(images, shape);
  const [brightness] = colours;
  if (brightness === undefined) throw new RangeError('an image has a channel');
  const parts = colours.map((colour) => pooled(colour, settings.cell));
  let level = brightness;
  for (let scale = 0; scale < settings.scales; scale++) {
    if (scale > 0) level = pooled(level, 2);
    const amplitudes = responses(level, settings.orientations);
    parts.push(a.log(a.add(pooled(amplitudes, settings.cell / 2 ** scale), NOISE)));
  }
  const features = a.concat(parts, 1);
  const [, , height, width] = features.shape;
  if (height !== grid.height || width !== grid.width)
    throw new RangeError('the pooled features do not fit their grid');
  return features;
}

/** `[B, 1, H, W]` each: brightness; for colour also red–green and yellow–blue. */
function opponentColours(images: Tensor, { channels }: ImageShape): Tensor[] {
  if (channels === 1) return [images];
  const [red, green, blue] = a.split(images, [1, 1, 1], 1);
  if (red === undefined || green === undefined || blue === undefined)
    throw new RangeError('a colour image has three channels');
  const yellow = a.multiply(a.add(red, green), 0.5);
  return [a.divide(a.add(a.add(red, green), blue), 3), a.subtract(red, green), a.subtract(yellow, blue)];
}

/** `[B, 1, H, W] → [B, orientations + 2, H, W]`: energies, then how bright and how dark a spot is. */
function responses(level: Tensor, orientations: number): Tensor {
  const kernels = a.constant(bankKernels(orientations), [2 * orientations + 1, 1, SUPPORT, SUPPORT]);
  const filtered = a.convolve(extended(level), kernels);
  const [even, odd, spot] = a.split(inner(filtered), [orientations, orientations, 1], 1);
  if (even === undefined || odd === undefined || spot === undefined)
    throw new RangeError('the bank has three parts');
  const energies = a.sqrt(a.add(a.square(even), a.square(odd)));
  return a.concat([energies, a.relu(spot), a.relu(a.negative(spot))], 1);
}

const MARGIN = (SUPPORT - 1) / 2;

/** The border's pixels repeated outward, so that the frame of an image is no edge. */
function extended(x: Tensor): Tensor {
  return [2, 3].reduce((each, axis) => {
    const side = each.shape[axis] ?? 0;
    const [first, , last] = a.split(each, [1, side - 2, 1], axis);
    if (first === undefined || last === undefined) throw new RangeError('an image has sides');
    const before = Array.from({ length: MARGIN }, () => first);
    return a.concat([...before, each, ...before.map(() => last)], axis);
  }, x);
}

function inner(x: Tensor): Tensor {
  return [2, 3].reduce((each, axis) => {
    const side = each.shape[axis] ?? 0;
    return a.split(each, [MARGIN, side - 2 * MARGIN, MARGIN], axis)[1] ?? each;
  }, x);
}

/** Means over `side × side` pixels. */
function pooled(x: Tensor, side: number): Tensor {
  const [batch = 1, channels = 1, height = 1, width = 1] = x.shape;
  if (side === 1) return x;
  return a.mean(a.reshape(x, [batch, channels, height / side, side, width / side, side]), [3, 5]);
}

/** `[2·orientations + 1, SUPPORT, SUPPORT]`: even and odd filters of each angle, then the spot; all without a mean, all of unit sum of magnitudes. */
export function bankKernels(orientations: number): Float32Array<ArrayBuffer> {
  const area = SUPPORT * SUPPORT;
  const kernels = new Float32Array((2 * orientations + 1) * area);
  for (let angle = 0; angle < orientations; angle++) {
    const theta = (Math.PI * angle) / orientations;
    const wave = (x: number, y: number) =>
      (2 * Math.PI * (x * Math.cos(theta) + y * Math.sin(theta))) / WAVELENGTH;
    kernels.set(
      normalised((x, y) => gaussian(x, y, DEVIATION) * Math.cos(wave(x, y))),
      angle * area,
    );
    kernels.set(
      normalised((x, y) => gaussian(x, y, DEVIATION) * Math.sin(wave(x, y))),
      (orientations + angle) * area,
    );
  }
  const [narrow, wide] = SPOT_DEVIATIONS;
  const spot = normalised((x, y) => gaussian(x, y, narrow) / narrow ** 2 - gaussian(x, y, wide) / wide ** 2);
  kernels.set(spot, 2 * orientations * area);
  return kernels;
}

function gaussian(x: number, y: number, deviation: number): number {
  return Math.exp(-(x * x + y * y) / (2 * deviation * deviation));
}

/** Minus the share of the Gaussian window that makes its sum vanish. */
function normalised(kernel: (x: number, y: number) => number): Float64Array {
  const at = (f: (x: number, y: number) => number) =>
    Float64Array.from({ length: SUPPORT * SUPPORT }, (_, index) =>
      f((index % SUPPORT) - MARGIN, Math.floor(index / SUPPORT) - MARGIN),
    );
  const values = at(kernel);
  const window = at((x, y) => gaussian(x, y, DEVIATION));
  const share = sum(values) / sum(window);
  const centred = values.map((value, index) => value - share * (window[index] ?? 0));
  const total = sum(centred.map(Math.abs));
  return centred.map((value) => value / total);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
