import { type Augmentation, augmentInto } from './augmentation.ts';
import { jitterColours } from './colour.ts';
import { type ImageShape, type ImageSource, elementsOf, scoringInput } from './images.ts';
import { RandomStream } from './random.ts';
import type { SampleSource } from './samples.ts';

/** What a classifier of images should not mind. */
export interface PhotometricAugmentation extends Augmentation {
  /** Brightness, contrast and saturation change by up to this share, the hue by this share of a turn. */
  readonly colourJitter: number;
  /** Standard deviation of normal noise; an image's values span 1. */
  readonly noise: number;
}

/** Images as the model's input when it scores, but shifted, mirrored, in slightly other colours, with noise. */
export function photometricSamples(source: ImageSource, augmentation: PhotometricAugmentation): SampleSource {
  const { shape } = source;
  const size = elementsOf(shape);
  return {
    count: source.count,
    shape: [shape.channels, shape.height, shape.width],
    async draw(indices, random) {
      const images = await source.read(indices);
      const augmenting = random('augmentation');
      const pixels = images.map((image) => {
        const moved = new Uint8Array(size);
        augmentInto(moved, 0, image, shape, augmentation, augmenting);
        return moved;
      });
      const input = scoringInput(pixels, size);
      if (augmentation.colourJitter > 0) {
        for (let offset = 0; offset < input.length; offset += size)
          jitter(input.subarray(offset, offset + size), shape, augmentation.colourJitter, augmenting);
      }
      if (augmentation.noise > 0) addNoise(input, augmentation.noise, random('noise'));
      return input;
    },
  };
}

/** In place; values stay in [−0.5, 0.5]. */
function jitter(image: Float32Array, shape: ImageShape, strength: number, random: RandomStream): void {
  for (let at = 0; at < image.length; at++) image[at] = (image[at] ?? 0) + 0.5;
  const all = { brightness: strength, contrast: strength, saturation: strength, hue: strength };
  jitterColours(image, shape, all, random);
  for (let at = 0; at < image.length; at++) {
    image[at] = Math.min(1, Math.max(0, image[at] ?? 0)) - 0.5;
  }
}

/** Normal numbers to draw from: one each would cost more than the rest of an augmentation. */
const NORMALS = 1 << 16;
let normals: Float32Array | null = null;

function addNoise(input: Float32Array, deviation: number, random: RandomStream): void {
  const draws = new Float32Array(input.length);
  random.fillUniform16(draws);
  const stream = new RandomStream(0, 'normal numbers');
  const table = (normals ??= Float32Array.from({ length: NORMALS }, () => stream.normal()));
  for (let at = 0; at < input.length; at++) {
    input[at] = (input[at] ?? 0) + deviation * (table[(draws[at] ?? 0) * NORMALS] ?? 0);
  }
}
