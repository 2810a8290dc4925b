import { describe, expect, it } from 'vitest';
import { climb } from '../../../../models/detectors/glow/climb.ts';
import { LatentImages, mixedLatents, pixelsOf } from '../../../../models/detectors/glow/latent-images.ts';
import { glowModel } from '../../../../models/detectors/glow/model.ts';
import type { GlowSettings } from '../../../../models/detectors/glow/parameters.ts';
import { LikelihoodScorer, logLikelihood } from '../../../../models/detectors/shared/likelihood-scorer.ts';
import { cpuEnvironment } from '../../cpu-environment.ts';
import { images, movedParameters } from './glow-samples.ts';

const settings: GlowSettings = { channels: 1, scales: 2, stepsPerScale: 2, hiddenChannels: 4 };
const shape = { channels: 1, height: 8, width: 8 } as const;
const parameters = Object.fromEntries(
  Object.entries(movedParameters(settings)).map(([name, { data }]) => [name, Float32Array.from(data)]),
);
const pixels = pixelsOf(Float32Array.from(images(2, 1, 8, 8, 3).data));
const [one, other] = [pixels.slice(0, 64), pixels.slice(64)];

describe('the latents of images', () => {
  it('are those of the images that they give back', async () => {
    const latentImages = await LatentImages.open(await cpuEnvironment(), settings, parameters, shape, 2);
    const found = await latentImages.latentsOf([one, other]);
    expect(found.map(({ shape: sides }) => sides)).toEqual([
      [2, 2, 4, 4],
      [2, 8, 2, 2],
    ]);
    expect(pixelsOf(await latentImages.imagesOf(found))).toEqual(pixels);
    await expect(latentImages.latentsOf([one])).rejects.toThrow('1 images in a batch of 2');
    await latentImages.dispose();
  });

  it('are mixed scale by scale, into an image that has the mixed latents', async () => {
    const latentImages = await LatentImages.open(await cpuEnvironment(), settings, parameters, shape, 1);
    const [a, b] = [await latentImages.latentsOf([one]), await latentImages.latentsOf([other])];
    const mixed = mixedLatents(a, b, [false, true]);
    expect([mixed[0], mixed[1]]).toEqual([a[0], b[1]]);
    const image = await latentImages.imagesOf(mixed);
    expect(image.every(Number.isFinite)).toBe(true);
    expect(pixelsOf(image)).not.toEqual(one);
    expect(pixelsOf(image)).not.toEqual(other);
    expect(pixelsOf(await latentImages.imagesOf(mixedLatents(a, b, [true, true])))).toEqual(other);
    await latentImages.dispose();
  });
});

describe('climbing p(x)', () => {
  it('leads up with the last latent held, to the likelihood of the image that it ends at', async () => {
    const environment = await cpuEnvironment();
    const latentImages = await LatentImages.open(environment, settings, parameters, shape, 1);
    const start = await latentImages.latentsOf([one]);
    const climbed = await climb(environment, settings, parameters, shape, start, { steps: 30, rate: 0.02 });
    const { logLikelihoods } = climbed;
    expect(logLikelihoods.length).toBeGreaterThan(5);
    expect(logLikelihoods).toEqual(logLikelihoods.toSorted((low, high) => low - high));
    expect(climbed.latents[1]).toEqual(start[1]);
    expect(climbed.latents[0]).not.toEqual(start[0]);
    expect(climbed.contributions.reduce((sum, value) => sum + value, 0)).toBeCloseTo(
      logLikelihoods.at(-1) ?? NaN,
      6,
    );
    const scorer = await LikelihoodScorer.open(environment, glowModel(settings), parameters, 1, shape);
    const [scored] = await scorer.score([one]);
    expect(scored === undefined ? NaN : logLikelihood(scored)).toBeCloseTo(logLikelihoods[0] ?? NaN, 2);
    await scorer.dispose();
    await latentImages.dispose();
  });
});
