import { describe, expect, it } from 'vitest';
import type { ImageShape, ImageSource } from '../../../models/images.ts';
import { RandomStream } from '../../../models/random.ts';
import { augmentInto } from '../../../models/augmentation.ts';
import { Batches } from '../../../models/training/batches.ts';
import { dequantisedSamples } from '../../../models/samples.ts';
import { chance } from '../samples.ts';

const shape: ImageShape = { channels: 3, height: 6, width: 5 };
const size = 3 * 6 * 5;
const none = { translate: 0, flipHorizontally: false };

function randomImage(seed: number): Uint8Array {
  const draw = chance(seed);
  return Uint8Array.from({ length: size }, () => Math.floor(256 * draw()));
}

function source(count: number): ImageSource {
  return { shape, count, read: (indices) => Promise.resolve(indices.map(randomImage)) };
}

/** The image moved by whole pixels, borders repeated, mirrored or not. */
function moved(image: Uint8Array, dy: number, dx: number, mirrored: boolean): Uint8Array {
  const { height, width } = shape;
  const inside = (position: number, side: number) => Math.max(0, Math.min(side - 1, position));
  return Uint8Array.from({ length: size }, (_, index) => {
    const [c, y, x] = [
      Math.floor(index / (height * width)),
      Math.floor(index / width) % height,
      index % width,
    ];
    const column = inside(x + dx, width);
    return (
      image[(c * height + inside(y + dy, height)) * width + (mirrored ? width - 1 - column : column)] ?? 0
    );
  });
}

/** Mean difference of neighbours in a row, in grey levels. */
function roughness(image: Uint8Array): number {
  let sum = 0;
  for (let index = 1; index < size; index++) {
    if (index % shape.width !== 0) sum += Math.abs((image[index] ?? 0) - (image[index - 1] ?? 0));
  }
  return sum / size;
}

describe('augmentInto', () => {
  const image = randomImage(1);

  it('copies where nothing is asked for, and writes nowhere else', () => {
    const target = new Uint8Array(size + 4).fill(7);
    augmentInto(target, 2, image, shape, none, new RandomStream(1, 'test'));
    expect(target.subarray(2, size + 2)).toEqual(image);
    expect([...target.subarray(0, 2), ...target.subarray(size + 2)]).toEqual([7, 7, 7, 7]);
  });

  it('shifts by up to the share of each side and mirrors half of the time', () => {
    // 20 % of 6 and of 5 pixels is 1: nine shifts, mirrored or not.
    const wanted = [-1, 0, 1].flatMap((dy) =>
      [-1, 0, 1].flatMap((dx) => [false, true].map((mirrored) => String(moved(image, dy, dx, mirrored)))),
    );
    const random = new RandomStream(2, 'test');
    const seen = new Map<string, number>();
    for (let draw = 0; draw < 1800; draw++) {
      const target = new Uint8Array(size);
      augmentInto(target, 0, image, shape, { translate: 0.2, flipHorizontally: true }, random);
      seen.set(String(target), (seen.get(String(target)) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).toEqual(wanted.sort());
    // χ² with 17 degrees of freedom: 40.8 is the 99.9 % point.
    expect([...seen.values()].reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0)).toBeLessThan(40.8);
  });

  it('softens the share that is asked for, and nothing beside it', () => {
    const random = new RandomStream(4, 'test');
    const draws = 400;
    const target = new Uint8Array(size + 2).fill(7);
    let softer = 0;
    for (let draw = 0; draw < draws; draw++) {
      augmentInto(target, 1, image, shape, { ...none, softened: 0.25 }, random);
      const copy = target.subarray(1, size + 1);
      if (roughness(copy) < roughness(image)) softer += 1;
      else expect(copy).toEqual(image);
      expect([target[0], target[size + 1]]).toEqual([7, 7]);
    }
    // 99.9 % of the binomial distribution.
    expect(Math.abs(softer - draws / 4)).toBeLessThan(3.3 * Math.sqrt(draws * 0.25 * 0.75));
  });

  it('leaves what has no detail as it is when it softens', () => {
    const flat = new Uint8Array(size).fill(200);
    const target = new Uint8Array(size);
    augmentInto(target, 0, flat, shape, { ...none, softened: 1 }, new RandomStream(5, 'test'));
    expect(target).toEqual(flat);
  });

  it('does not mirror where that is not asked for', () => {
    const random = new RandomStream(3, 'test');
    for (let draw = 0; draw < 50; draw++) {
      const target = new Uint8Array(size);
      augmentInto(target, 0, image, shape, none, random);
      expect(target).toEqual(image);
    }
  });
});

describe('Batches', () => {
  it('pass over all images in each epoch, in another order each time', () => {
    const batches = new Batches(dequantisedSamples(source(10), none), 4, 1);
    const drawn = Array.from({ length: 10 }, (_, step) => batches.indices(step)).flat();
    const epochs = [0, 1, 2, 3].map((epoch) => drawn.slice(epoch * 10, epoch * 10 + 10));
    for (const epoch of epochs)
      expect([...epoch].sort((x, y) => x - y)).toEqual(Array.from({ length: 10 }, (_, i) => i));
    expect(new Set(epochs.map(String)).size).toBe(4);
  });

  it('depend on the seed and the step alone', async () => {
    const augmentation = { translate: 0.2, flipHorizontally: true };
    const whole = new Batches(dequantisedSamples(source(10), augmentation), 4, 1);
    const inputs: Float32Array[] = [];
    for (let step = 0; step < 6; step++) inputs.push(await whole.input(step));
    const resumed = new Batches(dequantisedSamples(source(10), augmentation), 4, 1);
    for (const step of [5, 2, 3]) expect(await resumed.input(step)).toEqual(inputs[step]);
    expect(await new Batches(dequantisedSamples(source(10), augmentation), 4, 2).input(5)).not.toEqual(
      inputs[5],
    );
  });

  it('draw other noise for the same images at another attempt', async () => {
    const batches = new Batches(dequantisedSamples(source(10), none), 4, 1);
    const [first, second] = [await batches.input(3, 0), await batches.input(3, 1)];
    expect(second).not.toEqual(first);
    const bins = (input: Float32Array) => Array.from(input, (value) => Math.floor((value + 0.5) * 256));
    expect(bins(second)).toEqual(bins(first));
  });

  it('dequantise within the bin of each pixel', async () => {
    const batches = new Batches(dequantisedSamples(source(3), none), 3, 1);
    const input = await batches.input(0);
    const images = batches.indices(0).map(randomImage);
    const noise = images.flatMap((image, slot) =>
      Array.from(image, (pixel, at) => ((input[slot * size + at] ?? 0) + 0.5) * 256 - pixel),
    );
    expect(Math.min(...noise)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...noise)).toBeLessThan(1);
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / noise.length));
    expect(Math.max(...input)).toBeLessThan(0.5);
  });

  it('repeat images where a batch is larger than the set', () => {
    const indices = new Batches(dequantisedSamples(source(3), none), 8, 1).indices(0);
    expect(indices).toHaveLength(8);
    expect(new Set(indices)).toEqual(new Set([0, 1, 2]));
  });

  it('need images', () => {
    expect(() => new Batches(dequantisedSamples(source(0), none), 8, 1)).toThrow(RangeError);
  });
});
