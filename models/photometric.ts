import { type Augmentation, augmentInto } from './augmentation.ts';
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

/** Rec. 601 luma. */
const LUMA = [0.299, 0.587, 0.114] as const;

/** In place: all four changes are one matrix on each pixel's colours, and an offset. Values stay in [−0.5, 0.5]. */
function jitter(image: Float32Array, { channels }: ImageShape, strength: number, random: RandomStream): void {
  const factor = () => 1 + strength * (2 * random.uniform() - 1);
  const [brightness, contrast] = [factor(), factor()];
  const area = image.length / channels;
  let grey = 0;
  for (let at = 0; at < image.length; at++)
    grey += (image[at] ?? 0) * (channels === 1 ? 1 : (LUMA[Math.floor(at / area)] ?? 0));
  // Pixels are stored from −0.5, brightness is about black.
  const mean = grey / area + 0.5;
  const offset = brightness * (1 - contrast) * mean + brightness * contrast * 0.5 - 0.5;
  const gain = brightness * contrast;
  if (channels === 1) {
    for (let at = 0; at < area; at++) image[at] = clamped(gain * (image[at] ?? 0) + offset);
    return;
  }
  const m = colourMatrix(factor(), strength * (2 * random.uniform() - 1)).map((value) => gain * value);
  const [m0 = 0, m1 = 0, m2 = 0, m3 = 0, m4 = 0, m5 = 0, m6 = 0, m7 = 0, m8 = 0] = m;
  for (let at = 0; at < area; at++) {
    const [r = 0, g = 0, b = 0] = [image[at], image[area + at], image[2 * area + at]];
    image[at] = clamped(m0 * r + m1 * g + m2 * b + offset);
    image[area + at] = clamped(m3 * r + m4 * g + m5 * b + offset);
    image[2 * area + at] = clamped(m6 * r + m7 * g + m8 * b + offset);
  }
}

/**
 * Saturation and a turn of the hue, row-major. Both leave greys alone: the turn is about the grey axis, by Rodrigues' formula.
 * @param turn in turns
 */
function colourMatrix(saturation: number, turn: number): number[] {
  const [cosine, sine] = [Math.cos(2 * Math.PI * turn), Math.sin(2 * Math.PI * turn)];
  const across = sine / Math.sqrt(3);
  const hue = (row: number, column: number): number => {
    if (row === column) return cosine + (1 - cosine) / 3;
    return (1 - cosine) / 3 + ((row + 1) % 3 === column ? -across : across);
  };
  const saturate = (row: number, column: number): number =>
    (row === column ? saturation : 0) + (1 - saturation) * (LUMA[column] ?? 0);
  const axes = [0, 1, 2];
  return axes.flatMap((row) =>
    axes.map((column) => axes.reduce((sum, via) => sum + hue(row, via) * saturate(via, column), 0)),
  );
}

function clamped(value: number): number {
  return value < -0.5 ? -0.5 : value > 0.5 ? 0.5 : value;
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
