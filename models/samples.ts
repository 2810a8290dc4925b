import { type Augmentation, augmentInto } from './augmentation.ts';
import { type ImageSource, elementsOf } from './images.ts';
import type { RandomStream } from './random.ts';

/** What a run is trained on: samples by index, as a model's input, drawn anew each time. */
export interface SampleSource {
  readonly count: number;
  /** Of one sample. */
  readonly shape: readonly number[];
  /** @param random a stream of numbers for each purpose. @returns the samples side by side, in memory of their own */
  draw(
    indices: readonly number[],
    random: (purpose: string) => RandomStream,
  ): Promise<Float32Array<ArrayBuffer>>;
}

/** One input of an objective. */
export interface BatchInput {
  readonly name: string;
  readonly samples: SampleSource;
  readonly size: number;
}

/** Images to learn the likelihood of, as an objective's input. */
export function learnedImages(
  source: ImageSource,
  { batchSize, augmentation }: { readonly batchSize: number; readonly augmentation: Augmentation },
  name = 'images',
): BatchInput {
  return { name, samples: dequantisedSamples(source, augmentation), size: batchSize };
}

/** Images as a density takes them: augmented, dequantised with uniform noise in [0, 1/256), minus a half. */
export function dequantisedSamples(source: ImageSource, augmentation: Augmentation): SampleSource {
  return augmentedSamples(source, augmentation, (input, random) => {
    random('dequantisation').fillUniform16(input);
  });
}

/** Images as a distribution over their 256 values takes them: augmented, the middle of each value's bin, minus a half. */
export function binMiddleSamples(source: ImageSource, augmentation: Augmentation): SampleSource {
  return augmentedSamples(source, augmentation, (input) => input.fill(0.5));
}

/** @param place fills in where in its bin each value lies, in [0, 1) */
function augmentedSamples(
  source: ImageSource,
  augmentation: Augmentation,
  place: (input: Float32Array, random: (purpose: string) => RandomStream) => void,
): SampleSource {
  const { channels, height, width } = source.shape;
  const size = elementsOf(source.shape);
  return {
    count: source.count,
    shape: [channels, height, width],
    async draw(indices, random) {
      const images = await source.read(indices);
      const augmenting = random('augmentation');
      const pixels = new Uint8Array(images.length * size);
      images.forEach((image, slot) => {
        augmentInto(pixels, slot * size, image, source.shape, augmentation, augmenting);
      });
      const input = new Float32Array(pixels.length);
      place(input, random);
      for (let index = 0; index < input.length; index++) {
        input[index] = ((pixels[index] ?? 0) + (input[index] ?? 0)) / 256 - 0.5;
      }
      return input;
    },
  };
}

/** Each sample as one row: its numbers, then ones and zeros that say which of `classes` it is of. */
export function labelledSamples(
  samples: SampleSource,
  indices: readonly number[],
  classes: number,
): SampleSource {
  const size = samples.shape.reduce((product, side) => product * side, 1);
  const row = size + classes;
  return {
    count: samples.count,
    shape: [row],
    async draw(drawn, random) {
      const numbers = await samples.draw(drawn, random);
      const labelled = new Float32Array(drawn.length * row);
      drawn.forEach((index, slot) => {
        labelled.set(numbers.subarray(slot * size, (slot + 1) * size), slot * row);
        labelled[slot * row + size + (indices[index] ?? NaN)] = 1;
      });
      return labelled;
    },
  };
}

/** Vectors as they are, with normal noise of this deviation. */
export function vectorSamples(vectors: Float32Array, dimensions: number, deviation: number): SampleSource {
  return {
    count: vectors.length / dimensions,
    shape: [dimensions],
    draw(indices, random) {
      const noise = random('noise');
      const input = new Float32Array(indices.length * dimensions);
      indices.forEach((index, slot) => {
        input.set(vectors.subarray(index * dimensions, (index + 1) * dimensions), slot * dimensions);
      });
      if (deviation > 0) {
        for (let at = 0; at < input.length; at++) input[at] = (input[at] ?? 0) + deviation * noise.normal();
      }
      return Promise.resolve(input);
    },
  };
}
