/** Random views of images, as contrastive pre-training takes them (He et al. 2020; Chen et al. 2020, MoCo v2). */
import { type ImageShape, type ImageSource, elementsOf } from './images.ts';
import type { RandomStream } from './random.ts';
import type { SampleSource } from './samples.ts';

export interface ViewSettings {
  /** Least share of the image's area that a view shows. */
  readonly leastArea: number;
  readonly flipHorizontally: boolean;
  /** How often brightness, contrast, saturation and hue are changed, and by how much at most; hue in turns. */
  readonly jitter: {
    readonly probability: number;
    readonly brightness: number;
    readonly contrast: number;
    readonly saturation: number;
    readonly hue: number;
  };
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
  if (random.uniform() < settings.jitter.probability) jitter(target, shape, settings.jitter, random);
  if (random.uniform() < settings.greyProbability && shape.channels === 3) {
    mixColours(target, saturationMatrix(0));
  }
  if (random.uniform() < settings.blur.probability) {
    blur(target, shape, settings.blur.largest * shape.width * (0.05 + 0.95 * random.uniform()));
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

function jitter(
  target: Float32Array,
  { channels }: ImageShape,
  { brightness, contrast, saturation, hue }: ViewSettings['jitter'],
  random: RandomStream,
): void {
  const factor = (reach: number) => 1 + reach * (2 * random.uniform() - 1);
  const bright = factor(brightness);
  const steep = factor(contrast);
  const mean = target.reduce((sum, value) => sum + value, 0) / target.length;
  for (let at = 0; at < target.length; at++) {
    target[at] = bright * (mean + steep * ((target[at] ?? 0) - mean));
  }
  if (channels !== 3) return;
  mixColours(target, saturationMatrix(factor(saturation)));
  mixColours(target, hueMatrix(hue * (2 * random.uniform() - 1)));
}

type Matrix = readonly [number, number, number, number, number, number, number, number, number];

/** Rec. 601 luma. */
const LUMA = [0.299, 0.587, 0.114] as const;

/** Between grey (0) and the colours as they are (1). */
function saturationMatrix(amount: number): Matrix {
  const [r, g, b] = LUMA.map((weight) => weight * (1 - amount));
  if (r === undefined || g === undefined || b === undefined) throw new RangeError('three colours');
  return [r + amount, g, b, r, g + amount, b, r, g, b + amount];
}

/** Turns colours about the grey axis. */
function hueMatrix(turns: number): Matrix {
  const [cos, sin] = [Math.cos(2 * Math.PI * turns), Math.sin(2 * Math.PI * turns)];
  const [same, side] = [(1 - cos) / 3, sin / Math.sqrt(3)];
  const [on, before, after] = [cos + same, same - side, same + side];
  return [on, before, after, after, on, before, before, after, on];
}

function mixColours(target: Float32Array, [rr, rg, rb, gr, gg, gb, br, bg, bb]: Matrix): void {
  const area = target.length / 3;
  for (let at = 0; at < area; at++) {
    const [r = 0, g = 0, b = 0] = [target[at], target[area + at], target[2 * area + at]];
    target[at] = rr * r + rg * g + rb * b;
    target[area + at] = gr * r + gg * g + gb * b;
    target[2 * area + at] = br * r + bg * g + bb * b;
  }
}

/** Narrower Gaussians change no pixel by a grey level. */
const LEAST_DEVIATION = 0.25;

function blur(target: Float32Array, { channels, height, width }: ImageShape, deviation: number): void {
  if (deviation < LEAST_DEVIATION) return;
  const reach = Math.ceil(3 * deviation);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * deviation ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const along = (plane: number, lines: number, lineStep: number, length: number, step: number) => {
    const line = new Float32Array(length);
    for (let index = 0; index < lines; index++) {
      const start = plane + index * lineStep;
      for (let at = 0; at < length; at++) line[at] = target[start + at * step] ?? 0;
      for (let at = 0; at < length; at++) {
        let sum = 0;
        weights.forEach((weight, tap) => {
          sum += weight * (line[Math.min(length - 1, Math.max(0, at + tap - reach))] ?? 0);
        });
        target[start + at * step] = sum / total;
      }
    }
  };
  for (let channel = 0; channel < channels; channel++) {
    const plane = channel * height * width;
    along(plane, height, width, width, 1);
    along(plane, width, 1, height, width);
  }
}
