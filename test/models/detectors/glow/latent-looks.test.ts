import { describe, expect, it } from 'vitest';
import { climbing } from '../../../../models/detectors/glow/climb.ts';
import { LatentImages, exchangedLatents, pixelsOf } from '../../../../models/detectors/glow/latent-images.ts';
import {
  type LatentPicture,
  type LookStep,
  climbedImages,
  mixedScales,
} from '../../../../models/detectors/glow/latent-looks.ts';
import type { GlowSettings } from '../../../../models/detectors/glow/parameters.ts';
import { shownImage } from '../../../../models/detectors/glow/shown-image.ts';
import { cpuEnvironment } from '../../cpu-environment.ts';
import { images, movedParameters } from './glow-samples.ts';

const settings: GlowSettings = { channels: 1, scales: 2, stepsPerScale: 2, hiddenChannels: 4 };
const shape = { channels: 1, height: 8, width: 8 } as const;
const parameters = Object.fromEntries(
  Object.entries(movedParameters(settings)).map(([name, { data }]) => [name, Float32Array.from(data)]),
);
const fitted = { settings, parameters, shape };
const pixels = pixelsOf(Float32Array.from(images(2, 1, 8, 8, 3).data));
const [one, other] = [pixels.slice(0, 64), pixels.slice(64)];

async function taken(steps: AsyncIterable<LookStep>) {
  const found: LookStep[] = [];
  for await (const step of steps) found.push(step);
  return { steps: found, pictures: found.flatMap(({ picture }) => picture ?? []) };
}

function pixelsIn(pictures: readonly LatentPicture[], of: LatentPicture['of']): Uint8Array | null {
  const found = pictures.find((picture) => JSON.stringify(picture.of) === JSON.stringify(of));
  return found?.image.kind === 'shown' ? found.image.pixels : null;
}

describe('two images whose scales change places', () => {
  it('are shown beside both as they are, each mix with its likelihood', async () => {
    const { steps, pictures } = await taken(mixedScales(await cpuEnvironment(), fitted, [one, other]));
    expect(pictures.map(({ of }) => of)).toEqual([
      { kind: 'original', side: 'own' },
      { kind: 'original', side: 'other' },
      { kind: 'mix', side: 'own', scale: 1 },
      { kind: 'mix', side: 'other', scale: 1 },
      { kind: 'mix', side: 'own', scale: 2 },
      { kind: 'mix', side: 'other', scale: 2 },
    ]);
    expect(steps.map(({ done, total }) => done / total).at(-1)).toBe(1);
    expect(pixelsIn(pictures, { kind: 'original', side: 'other' })).toEqual(other);
    const bits = pictures.map(({ bitsPerDimension }) => bitsPerDimension);
    expect(new Set(bits).size).toBe(4);
    // With two scales, the first of the other image and the second of one's own is the same mix.
    expect(pixelsIn(pictures, { kind: 'mix', side: 'own', scale: 1 })).toEqual(
      pixelsIn(pictures, { kind: 'mix', side: 'other', scale: 2 }),
    );
    expect(pixelsIn(pictures, { kind: 'mix', side: 'own', scale: 1 })).not.toEqual(one);
  });

  it('give themselves back where both are the same, and each other where every scale changed', async () => {
    const environment = await cpuEnvironment();
    const { pictures } = await taken(mixedScales(environment, fitted, [one, one]));
    for (const { image } of pictures) expect(image).toEqual({ kind: 'shown', pixels: one, outside: 0 });
    const latentImages = await LatentImages.open(environment, settings, parameters, shape, 2);
    const latents = await latentImages.latentsOf([one, other]);
    const all = exchangedLatents(exchangedLatents(latents, 0), 1);
    expect(pixelsOf(await latentImages.imagesOf(all))).toEqual(Uint8Array.of(...other, ...one));
    await latentImages.dispose();
  });
});

describe('the way up from an image', () => {
  it('starts at the image and never goes down', async () => {
    const { steps, pictures } = await taken(climbedImages(await cpuEnvironment(), fitted, one));
    expect(steps.at(-1)).toMatchObject({ done: 48, total: 48 });
    expect(pictures.map(({ of }) => of)).toEqual(
      [0, 8, 16, 24, 32, 40, 48].map((step) => ({ kind: 'climb', step })),
    );
    expect(pixelsIn(pictures, { kind: 'climb', step: 0 })).toEqual(one);
    const bits = pictures.map(({ bitsPerDimension }) => bitsPerDimension ?? NaN);
    expect(bits).toEqual(bits.toSorted((a, b) => b - a));
    expect(bits.at(-1)).toBeLessThan((bits[0] ?? NaN) - 0.01);
  });

  it('keeps the latent of the last scale, also as the images along it are encoded again', async () => {
    const environment = await cpuEnvironment();
    const latentImages = await LatentImages.open(environment, settings, parameters, shape, 1);
    const start = await latentImages.latentsOf([one]);
    const run = { steps: 12, rate: 0.02 };
    let before = -Infinity;
    for await (const { rose, step, contributions, image, latents } of climbing(
      environment,
      settings,
      parameters,
      shape,
      start,
      run,
    )) {
      const likelihood = contributions.reduce((sum, value) => sum + value, 0);
      if (rose || step === 0) expect(likelihood).toBeGreaterThan(before);
      else expect(likelihood).toBe(before);
      before = likelihood;
      expect(latents[1]).toEqual(start[1]);
      const shown = shownImage(image);
      if (shown.kind !== 'shown' || shown.outside > 0) continue;
      const again = await latentImages.latentsOf([shown.pixels]);
      // A half of a grey level is lost at each pixel.
      const held = Array.from(start[1]?.data ?? []);
      const off = held.map((value, index) => Math.abs(value - Number(again[1]?.data[index])));
      expect(Math.max(...off)).toBeLessThan(0.05);
    }
    await latentImages.dispose();
  });
});

describe('what may be shown', () => {
  it('is an image whose values beyond black and white are counted', () => {
    expect(shownImage(Float32Array.of(-0.5, 0, 0.499, 0.5))).toEqual({
      kind: 'shown',
      pixels: Uint8Array.of(0, 128, 255, 255),
      outside: 0.25,
    });
  });

  it('is none where most of it is clipped, or a number is none', () => {
    expect(shownImage(Float32Array.of(2, -2, 0))).toEqual({ kind: 'out-of-range', outside: 2 / 3 });
    expect(shownImage(Float32Array.of(0, NaN))).toEqual({ kind: 'not-finite' });
    expect(shownImage(Float32Array.of(0, Infinity))).toEqual({ kind: 'not-finite' });
  });
});
