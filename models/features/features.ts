import { FeatureError } from './feature-error.ts';

/** Feature vectors, one a row: `[count, dimensions]`, row-major. */
export interface Features {
  readonly values: Float32Array<ArrayBuffer>;
  readonly count: number;
  readonly dimensions: number;
}

/**
 * @param source names the vectors in the message: "in-distribution", "scored", …
 * @throws FeatureError 'wrong-dimensions' where they do not fill whole rows, 'not-finite' where one is NaN or infinite
 */
export function featuresOf(values: Float32Array<ArrayBuffer>, dimensions: number, source: string): Features {
  const count = values.length / dimensions;
  if (!Number.isInteger(count) || dimensions < 1) {
    throw new FeatureError(
      'wrong-dimensions',
      `${values.length} ${source} features are not whole vectors of ${dimensions}; use the encoder that the detector was fitted with.`,
    );
  }
  const position = values.findIndex((value) => !Number.isFinite(value));
  if (position >= 0) {
    throw new FeatureError(
      'not-finite',
      `Feature ${position % dimensions} of ${source} vector ${Math.floor(position / dimensions)} is ${values[position] ?? NaN}; ` +
        'the image or the encoder is damaged.',
    );
  }
  return { values, count, dimensions };
}

/** @throws FeatureError 'no-features' for none at all */
export function requireFeatures({ count }: Features, source: string): void {
  if (count === 0)
    throw new FeatureError(
      'no-features',
      `There are no ${source} images to fit on; choose a folder that holds some.`,
    );
}

/** @throws FeatureError 'wrong-dimensions' */
export function requireDimensions({ dimensions }: Features, expected: number): void {
  if (dimensions !== expected) {
    throw new FeatureError(
      'wrong-dimensions',
      `The vectors have ${dimensions} features where the detector was fitted on ${expected}; use the encoder that it was fitted with.`,
    );
  }
}

/** A view of one vector. */
export function row({ values, dimensions }: Features, index: number): Float32Array {
  return values.subarray(index * dimensions, (index + 1) * dimensions);
}

export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] ?? NaN) - (b[index] ?? NaN);
    sum += difference * difference;
  }
  return sum;
}

/** Of two rows, without a view of each: what most of the time of a search for neighbours goes to. */
export function squaredDistanceOfRows(a: Features, one: number, b: Features, other: number): number {
  const { dimensions } = a;
  const [ofA, ofB] = [a.values, b.values];
  const [fromA, fromB] = [one * dimensions, other * dimensions];
  let sum = 0;
  for (let d = 0; d < dimensions; d++) {
    const difference = (ofA[fromA + d] ?? NaN) - (ofB[fromB + d] ?? NaN);
    sum += difference * difference;
  }
  return sum;
}

/** These rows, in this order. */
export function selected(features: Features, indices: ArrayLike<number>): Features {
  const { dimensions } = features;
  const values = new Float32Array(indices.length * dimensions);
  for (let slot = 0; slot < indices.length; slot++) {
    values.set(row(features, indices[slot] ?? 0), slot * dimensions);
  }
  return { values, count: indices.length, dimensions };
}
