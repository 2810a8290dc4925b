import { gaussianFilter } from './blur.ts';
import type { ImageShape } from './images.ts';
import { elementsOf } from './images.ts';
import type { RandomStream } from './random.ts';

export interface Augmentation {
  /** Largest shift as a share of each side; uncovered pixels repeat the border. */
  readonly translate: number;
  readonly flipHorizontally: boolean;
  /** Share of the copies that have less detail than their image, as a poor camera or an enlarged thumbnail gives it; none where absent. */
  readonly softened?: number;
}

/** Writes a randomly shifted, mirrored and softened copy of `image` (planar, 8 bit) to `target` at `offset`. */
export function augmentInto(
  target: Uint8Array,
  offset: number,
  image: Uint8Array,
  shape: ImageShape,
  augmentation: Augmentation,
  random: RandomStream,
): void {
  moveInto(target, offset, image, shape, augmentation, random);
  const { softened } = augmentation;
  if (softened === undefined || random.uniform() >= softened) return;
  soften(target.subarray(offset, offset + elementsOf(shape)), shape, MOST_SHRINKING ** random.uniform());
}

/** Softening leaves at least one of so many pixels a side. */
const MOST_SHRINKING = 4;

/** In place. @param factor by which an image would be shrunk and enlarged again; a Gaussian keeps as much detail */
function soften(pixels: Uint8Array, shape: ImageShape, factor: number): void {
  const values = Float32Array.from(pixels);
  gaussianFilter(values, shape, Math.sqrt(factor ** 2 - 1) / 2);
  values.forEach((value, at) => (pixels[at] = Math.round(value)));
}

function moveInto(
  target: Uint8Array,
  offset: number,
  image: Uint8Array,
  shape: ImageShape,
  { translate, flipHorizontally }: Augmentation,
  random: RandomStream,
): void {
  const { channels, height, width } = shape;
  const shiftY = shift(height, translate, random);
  const shiftX = shift(width, translate, random);
  const mirrored = flipHorizontally && random.bits() % 2 === 1;
  if (shiftX === 0 && shiftY === 0 && !mirrored) {
    target.set(image.subarray(0, elementsOf(shape)), offset);
    return;
  }
  let next = offset;
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      const row = (channel * height + clamp(y + shiftY, height)) * width;
      for (let x = 0; x < width; x++) {
        const column = clamp(x + shiftX, width);
        target[next++] = image[row + (mirrored ? width - 1 - column : column)] ?? 0;
      }
    }
  }
}

function shift(side: number, share: number, random: RandomStream): number {
  const reach = Math.round(side * share);
  return reach === 0 ? 0 : random.integer(2 * reach + 1) - reach;
}

function clamp(position: number, side: number): number {
  return Math.min(Math.max(position, 0), side - 1);
}
