/** Random views of images, as contrastive pre-training takes them (He et al. 2020; Chen et al. 2020, MoCo v2). */
import { gaussianFilter } from './blur.ts';
import { type ColourJitter, jitterColours, mixColours, saturationMatrix } from './colour.ts';
import { type ImageShape, type ImageSource, elementsOf } from './images.ts';
import type { RandomStream } from './random.ts';
import type { SampleSource } from './samples.ts';

export interface ViewSettings {
  /** Least share of the image's area that a view shows. */
  readonly leastArea: number;
  readonly flipHorizontally: boolean;
  /** How often colours are changed. */
  readonly jitter: ColourJitter & { readonly probability: number };
  /** How often a view is grey; images of one channel are. */
  readonly greyProbability: number;
  /** A Gaussian's deviation as a share of the width, drawn between a twentieth of `largest` and it. */
  readonly blur: { readonly probability: number; readonly largest: number };
}

/** MoCo v2's (its blur is of 0.1 to 2 pixels in 224). */
export const MOCO_VIEWS: ViewSettings = {
  leastArea: 0.2,
  flipHorizontally: true,
  jitter: { probability: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 },
  greyProbability: 0.2,
  blur: { probability: 0.5, largest: 2 / 224 },
};

/** Two views of each image, `[2, C, H, W]` a sample, in [−1, 1]. */
export function twoViews(source: ImageSource, settings: ViewSettings): SampleSource {
  const { channels, height, width } = source.shape;
  const size = elementsOf(source.shape);
  return {
    count: source.count,
    shape: [2, channels, height, width],
    async draw(indices, random) {
      const images = await source.read(indices);
      const stream = random('views');
      const input = new Float32Array(images.length * 2 * size);
      images.forEach((image, slot) => {
        for (const view of [0, 1]) {
          const offset = (slot * 2 + view) * size;
          writeView(input.subarray(offset, offset + size), image, source.shape, settings, stream);
        }
      });
      return input;
    },
  };
}

/** @param target `[C, H, W]` @param image planar, 8 bit */
export function writeView(
  target: Float32Array,
  image: Uint8Array,
  shape: ImageShape,
  settings: ViewSettings,
  random: RandomStream,
): void {
  crop(target, image, shape, settings, random);
  if (random.uniform() < settings.jitter.probability) jitterColours(target, shape, settings.jitter, random);
  if (random.uniform() < settings.greyProbability && shape.channels === 3) {
    mixColours(target, saturationMatrix(0));
  }
  if (random.uniform() < settings.blur.probability) {
    gaussianFilter(target, shape, settings.blur.largest * shape.width * (0.05 + 0.95 * random.uniform()));
  }
  for (let at = 0; at < target.length; at++) {
    target[at] = 2 * Math.min(1, Math.max(0, target[at] ?? 0)) - 1;
  }
}

const MOST_TRIES = 10;
/** Of width to height. */
const LARGEST_ASPECT = 4 / 3;

/** A part of random area, shape and place, stretched to the whole: bilinear, in [0, 1]. */
function crop(
  target: Float32Array,
  image: Uint8Array,
  { channels, height, width }: ImageShape,
  { leastArea, flipHorizontally }: ViewSettings,
  random: RandomStream,
): void {
  let [partHeight, partWidth] = [height, width];
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const area = height * width * (leastArea + (1 - leastArea) * random.uniform());
    const aspect = LARGEST_ASPECT ** (2 * random.uniform() - 1);
    const [w, h] = [Math.sqrt(area * aspect), Math.sqrt(area / aspect)];
    if (w > width || h > height) continue;
    [partHeight, partWidth] = [h, w];
    break;
  }
  const top = (height - partHeight) * random.uniform();
  const left = (width - partWidth) * random.uniform();
  const mirrored = flipHorizontally && random.uniform() < 0.5;
  const columns = positions(width, left, partWidth);
  const rows = positions(height, top, partHeight);
  let next = 0;
  for (let channel = 0; channel < channels; channel++) {
    const plane = channel * height * width;
    for (const row of rows) {
      for (let x = 0; x < width; x++) {
        const column = columns[mirrored ? width - 1 - x : x];
        if (column === undefined) continue;
        const pixel = (y: number, at: number) => image[plane + y * width + at] ?? 0;
        const upper =
          pixel(row.low, column.low) * (1 - column.share) + pixel(row.low, column.high) * column.share;
        const lower =
          pixel(row.high, column.low) * (1 - column.share) + pixel(row.high, column.high) * column.share;
        target[next++] = (upper * (1 - row.share) + lower * row.share) / 255;
      }
    }
  }
}

interface Position {
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

/** Where the `side` pixels of a view lie between those of the image, centre on centre. */
function positions(side: number, start: number, length: number): Position[] {
  return Array.from({ length: side }, (_, index) => {
    const centre = Math.min(side - 1, Math.max(0, start + ((index + 0.5) * length) / side - 0.5));
    const low = Math.floor(centre);
    return { low, high: Math.min(side - 1, low + 1), share: centre - low };
  });
}
