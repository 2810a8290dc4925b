import { type ImageShape, type ImageSource, elementsOf } from './images.ts';

/** Each image under a Gaussian filter. @param deviation in pixels; 0 leaves images as they are */
export function blurred(source: ImageSource, deviation: number): ImageSource {
  if (deviation === 0) return source;
  const weights = gaussianWeights(deviation);
  return {
    ...source,
    async read(indices) {
      const images = await source.read(indices);
      return images.map((image) => filtered(image, source.shape, weights));
    },
  };
}

/** Out to three deviations on either side, summing to 1. */
function gaussianWeights(deviation: number): number[] {
  const reach = Math.ceil(3 * deviation);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * deviation ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Rows, then columns; beyond its border an image repeats it. */
function filtered(image: Uint8Array, shape: ImageShape, weights: readonly number[]): Uint8Array {
  const { channels, height, width } = shape;
  const rows = new Float32Array(elementsOf(shape));
  const result = new Uint8Array(rows.length);
  for (let channel = 0; channel < channels; channel++) {
    const plane = channel * height * width;
    for (let y = 0; y < height; y++)
      along(image, rows, { start: plane + y * width, step: 1, count: width }, weights);
    for (let x = 0; x < width; x++)
      along(rows, result, { start: plane + x, step: width, count: height }, weights);
  }
  return result;
}

interface Line {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

function along(
  from: ArrayLike<number>,
  to: Float32Array | Uint8Array,
  { start, step, count }: Line,
  weights: readonly number[],
): void {
  const reach = (weights.length - 1) / 2;
  const whole = to instanceof Uint8Array;
  for (let at = 0; at < count; at++) {
    let sum = 0;
    for (let tap = 0; tap < weights.length; tap++) {
      const position = Math.min(Math.max(at + tap - reach, 0), count - 1);
      sum += (weights[tap] ?? 0) * (from[start + position * step] ?? 0);
    }
    to[start + at * step] = whole ? Math.round(sum) : sum;
  }
}
