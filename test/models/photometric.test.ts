import { describe, expect, it } from 'vitest';
import { blurred } from '../../models/blur.ts';
import { imageSubset } from '../../models/image-subset.ts';
import { scoringInput } from '../../models/images.ts';
import { type PhotometricAugmentation, photometricSamples } from '../../models/photometric.ts';
import { RandomStream } from '../../models/random.ts';
import { expectClose } from './evaluate.ts';
import { chance } from './samples.ts';
import { sourceOf } from './training/gaussian-model.ts';

const shape = { channels: 3, height: 4, width: 5 } as const;
const draw = chance(3);
const images = Array.from({ length: 6 }, () => Uint8Array.from({ length: 60 }, () => 40 + 150 * draw()));
const none: PhotometricAugmentation = { translate: 0, flipHorizontally: false, colourJitter: 0, noise: 0 };
const random = (seed: number) => (purpose: string) => new RandomStream(seed, purpose);

async function samples(augmentation: Partial<PhotometricAugmentation>, seed = 1, of = images, size = shape) {
  const source = photometricSamples(sourceOf(of, size), { ...none, ...augmentation });
  return source.draw(
    of.map((_, index) => index),
    random(seed),
  );
}

describe('photometric samples', () => {
  const plain = scoringInput(images, 60);

  it('are what is scored when nothing is changed', async () => {
    expect(await samples({})).toEqual(plain);
  });

  it('depend on the seed alone', async () => {
    const all = { translate: 0.25, flipHorizontally: true, colourJitter: 0.01, noise: 0.001 };
    expect(await samples(all, 4)).toEqual(await samples(all, 4));
    expect(await samples(all, 5)).not.toEqual(await samples(all, 4));
  });

  it('carry noise of the deviation that is asked for', async () => {
    const many = Array.from({ length: 300 }, () => images[0] ?? new Uint8Array());
    const noisy = await samples({ noise: 0.02 }, 1, many);
    const clean = scoringInput(many, 60);
    const differences = Array.from(noisy, (value, at) => value - (clean[at] ?? 0));
    const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
    const square = differences.reduce((sum, value) => sum + value * value, 0) / differences.length;
    expect(Math.abs(mean)).toBeLessThan(0.001);
    expect(Math.sqrt(square)).toBeGreaterThan(0.0195);
    expect(Math.sqrt(square)).toBeLessThan(0.0205);
  });

  it('change colours by no more than is asked for, and leave no grey tinted', async () => {
    const jittered = await samples({ colourJitter: 0.01 });
    const changes = Array.from(jittered, (value, at) => Math.abs(value - (plain[at] ?? 0)));
    expect(Math.max(...changes)).toBeGreaterThan(0);
    expect(Math.max(...changes)).toBeLessThan(0.05);
    const grey = [Uint8Array.from({ length: 60 }, (_, at) => 60 + 5 * (at % 20))];
    const changed = await samples({ colourJitter: 0.3 }, 2, grey);
    expectClose(changed.subarray(20, 40), changed.subarray(0, 20), 1e-6);
    expectClose(changed.subarray(40), changed.subarray(0, 20), 1e-6);
    expect(Array.from(changed)).not.toEqual(Array.from(scoringInput(grey, 60)));
  });

  it('stay within the values of an image', async () => {
    const extreme = [new Uint8Array(60).fill(255), new Uint8Array(60)];
    const jittered = await samples({ colourJitter: 0.5 }, 1, extreme);
    expect(Math.max(...jittered)).toBeLessThanOrEqual(0.5);
    expect(Math.min(...jittered)).toBeGreaterThanOrEqual(-0.5);
  });
});

describe('a subset of images', () => {
  const source = sourceOf(images, shape);

  it('is all of them for 0 or too many, and has few among more for the same seed', async () => {
    expect(imageSubset(source, 0, 1)).toBe(source);
    expect(imageSubset(source, 6, 1)).toBe(source);
    const [two, four] = [imageSubset(source, 2, 1), imageSubset(source, 4, 1)];
    expect([two.count, four.count]).toEqual([2, 4]);
    expect(await two.read([0, 1])).toEqual(await four.read([0, 1]));
    expect(new Set(await four.read([0, 1, 2, 3])).size).toBe(4);
  });
});

describe('a Gaussian filter', () => {
  const size = { channels: 1, height: 15, width: 15 } as const;

  it('spreads a point as the Gaussian, alike in both directions', async () => {
    const point = new Uint8Array(225);
    point[7 * 15 + 7] = 255;
    const [image = point] = await blurred(sourceOf([point], size), 1.5).read([0]);
    const weight = (x: number) => Math.exp(-(x * x) / 4.5);
    const total = Array.from({ length: 11 }, (_, at) => weight(at - 5)).reduce((sum, each) => sum + each, 0);
    const expected = (y: number, x: number) => (255 * weight(y) * weight(x)) / total ** 2;
    for (const [y, x] of [
      [0, 0],
      [0, 2],
      [2, 0],
      [-1, 1],
    ] as const)
      expect(Math.abs((image[(7 + y) * 15 + 7 + x] ?? 0) - expected(y, x))).toBeLessThanOrEqual(0.5);
  });

  it('leaves constant images, and with deviation 0 all images, as they are', async () => {
    const flat = [new Uint8Array(225).fill(77)];
    expect(await blurred(sourceOf(flat, size), 2).read([0])).toEqual(flat);
    const source = sourceOf(images, shape);
    expect(blurred(source, 0)).toBe(source);
  });
});
