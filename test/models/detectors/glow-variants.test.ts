import { jacrev } from '@jax-js/jax';
import { describe, expect, it } from 'vitest';
import { fitMethod, imageScores, scoreMethod } from '../../../bench/accuracy/fitted-method.ts';
import { denseGlow, denseGlowModel } from '../../../models/detectors/dense-glow.ts';
import type { DenseGlowNetwork } from '../../../models/detectors/dense-glow/parameters.ts';
import { glowModel } from '../../../models/detectors/glow/model.ts';
import { localGlow, localGlowModel } from '../../../models/detectors/local-glow.ts';
import { bitsPerDimension } from '../../../models/images.ts';
import { cpuEnvironment } from '../cpu-environment.ts';
import { sampleOf } from '../evaluate.ts';
import { logAbsDet } from '../flows/transforms.ts';
import { sample } from '../samples.ts';
import {
  expectFinite,
  expectObjectiveOfScores,
  fitDataOf,
  logDensities,
  movedParameters,
  noisyImages,
} from './density-laws.ts';
import { images } from './glow/glow-samples.ts';
import { denseLatents } from './dense-latents.ts';

const dense: DenseGlowNetwork = {
  channels: 3,
  height: 8,
  width: 16,
  scales: 2,
  stepsPerScale: 2,
  hidden: 6,
};
const local = { channels: 1, scales: 1, stepsPerScale: 2, hiddenChannels: 5 } as const;
const localShape = { channels: 1, height: 16, width: 24 } as const;

it('trains a dense Glow on the density that it scores with', () =>
  expectObjectiveOfScores(denseGlowModel(dense), images(2, 3, 8, 16), dense));

it('trains a local Glow on the density that it scores with', () =>
  expectObjectiveOfScores(localGlowModel(local), images(2, 1, 16, 24), localShape));

it('gives a dense Glow the log-density of the change of variables', async () => {
  const network: DenseGlowNetwork = { ...dense, channels: 1, height: 4, width: 4 };
  const model = denseGlowModel(network);
  const parameters = movedParameters(model, 4);
  const x = images(1, 1, 4, 4, 2);
  const { flat, point } = denseLatents(network, parameters, x);
  const z = sampleOf(flat(point())).data;
  const expected =
    Array.from(z).reduce((sum, value) => sum - value ** 2 / 2 - Math.log(2 * Math.PI) / 2, 0) +
    logAbsDet(sampleOf(jacrev(flat)(point())).data, 16);
  const [found] = await logDensities(model, parameters, x, network);
  expect(found).toBeCloseTo(expected, 2);
});

it('sums a Glow of one scale over the patches of an image, which know nothing of one another', async () => {
  const x = images(1, 1, 16, 24, 5);
  const model = localGlowModel(local);
  const parameters = movedParameters(model);
  const patches = [0, 8].flatMap((top) =>
    [0, 8, 16].map((left) =>
      Array.from({ length: 64 }, (_, at) => x.data[(top + Math.floor(at / 8)) * 24 + left + (at % 8)] ?? 0),
    ),
  );
  const alone = await logDensities(glowModel(local), parameters, sample(patches.flat(), [6, 1, 8, 8]), {
    channels: 1,
    height: 8,
    width: 8,
  });
  const [whole] = await logDensities(model, parameters, x, localShape);
  expect(whole).toBeCloseTo(
    alone.reduce((sum, value) => sum + value, 0),
    1,
  );
});

describe('variants of Glow as detectors', () => {
  const shape = { channels: 1, height: 16, width: 16 } as const;
  const own = noisyImages(shape, 60, 120, 16, 1);
  const others = noisyImages(shape, 4, 120, 120, 2);
  const blank = new Uint8Array(256).fill(128);

  it('finds noise with a dense Glow, and scores by likelihood and ratio', async () => {
    const environment = await cpuEnvironment();
    const request = { environment, report: () => undefined };
    const tiny = denseGlow.settings('tiny', shape);
    const settings = { ...tiny, run: { ...tiny.run, evaluateEvery: 30 } };
    const parameters = await fitMethod(request, denseGlow, fitDataOf(own, shape), settings, 1, 'dense');
    const fitted = { parameters, generalModel: parameters, encoder: null };
    const scores = await scoreMethod({ environment }, denseGlow, settings, fitted, shape, [
      ...own.slice(0, 4),
      ...others,
      blank,
    ]);
    expectFinite(scores);
    expect(scores['ratio']?.every((ratio) => Math.abs(ratio) < 1e-3)).toBe(true);
    const likelihood = scores['likelihood'] ?? [];
    expect(Math.min(...likelihood.slice(4, 8))).toBeGreaterThan(Math.max(...likelihood.slice(0, 4)));
    // Stripes of ±30 with 4 bits of noise: far below the 8 bits of one that knows nothing.
    expect(bitsPerDimension(-(likelihood[0] ?? 0), 256)).toBeLessThan(7);
    await expect(denseGlow.open(environment, settings, fitted, { ...shape, height: 8 }, 1)).rejects.toThrow(
      'takes images of 16×16×1, not 8×16×1',
    );
  });

  it('shows with a local Glow which patch is noise', async () => {
    const environment = await cpuEnvironment();
    const request = { environment, report: () => undefined };
    const tiny = localGlow.settings('tiny', shape);
    const settings = { ...tiny, run: { ...tiny.run, evaluateEvery: 30 } };
    const parameters = await fitMethod(request, localGlow, fitDataOf(own, shape), settings, 1, 'local');
    const damaged = Uint8Array.from(own[0] ?? []);
    for (let at = 0; at < 256; at++) {
      if (at >= 128 && at % 16 >= 8) damaged[at] = others[0]?.[at] ?? 0;
    }
    const fitted = { parameters, generalModel: null, encoder: null };
    const [normal, broken, plain] = await imageScores({ environment }, localGlow, settings, fitted, shape, [
      own[0] ?? blank,
      damaged,
      blank,
    ]);
    expect(broken?.scores['likelihood'] ?? 0).toBeGreaterThan(normal?.scores['likelihood'] ?? 0);
    expect(Number.isFinite(plain?.scores['likelihood'])).toBe(true);
    const map = broken?.maps['likelihood'];
    expect([map?.height, map?.width, map?.cell]).toEqual([2, 2, 8]);
    const values = Array.from(map?.values ?? []);
    expect(values.indexOf(Math.max(...values))).toBe(3);
    expect(values.reduce((sum, value) => sum + 64 * value, 0)).toBeCloseTo(
      broken?.scores['likelihood'] ?? 0,
      1,
    );
    await expect(localGlow.open(environment, settings, fitted, { ...shape, height: 12 }, 1)).rejects.toThrow(
      'multiples of 8, not 12×16',
    );
  });
});
