/**
 * How smooth images are, as a likelihood (Schirrmeister et al., NeurIPS 2020, section 2): each value less the mean of the 3×3 values around it,
 * under a histogram of such differences.
 */
import { type ImageShape, elementsOf } from '../images.ts';

/** Over differences from −255 to 255. */
const BINS = 100;
const RANGE = 510;

/** Of each value of a planar 8-bit image; beyond the border there is nothing to average. */
export function pixelDifferences(image: Uint8Array, { channels, height, width }: ImageShape): Float32Array {
  const differences = new Float32Array(channels * height * width);
  for (let channel = 0; channel < channels; channel++) {
    const plane = channel * height * width;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let [sum, count] = [0, 0];
        for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
          for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
            sum += image[plane + row * width + column] ?? 0;
            count++;
          }
        }
        const at = plane + y * width + x;
        differences[at] = (image[at] ?? 0) - sum / count;
      }
    }
  }
  return differences;
}

/** ln of each bin's share, with one difference more in every bin, so that none is impossible. */
export type DifferenceHistogram = Float64Array;

/** @throws {RangeError} without images */
export function differenceHistogram(images: readonly Uint8Array[], shape: ImageShape): DifferenceHistogram {
  if (images.length === 0) throw new RangeError('a histogram needs at least one image');
  const counts = new Float64Array(BINS).fill(1);
  for (const image of images) {
    for (const difference of pixelDifferences(image, shape)) {
      const bin = binOf(difference);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }
  const total = images.length * elementsOf(shape) + BINS;
  return counts.map((count) => Math.log(count / total));
}

/** Σ ln of the shares of an image's differences, in nats. */
export function pseudoLogLikelihood(
  image: Uint8Array,
  shape: ImageShape,
  histogram: DifferenceHistogram,
): number {
  return pixelDifferences(image, shape).reduce(
    (sum, difference) => sum + (histogram[binOf(difference)] ?? NaN),
    0,
  );
}

function binOf(difference: number): number {
  return Math.min(BINS - 1, Math.max(0, Math.floor(((difference + RANGE / 2) / RANGE) * BINS)));
}
