import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import * as a from '../../../../models/array.ts';
import { type InputSpec, trace } from '../../../../models/compile/trace.ts';
import type { LikelihoodModel, ParameterData } from '../../../../models/detectors/detector.ts';
import { glowModel } from '../../../../models/detectors/glow/model.ts';
import type { GlowSettings } from '../../../../models/detectors/glow/parameters.ts';
import type { Environment } from '../../../../models/device.ts';
import { type ImageShape, elementsOf } from '../../../../models/images.ts';
import { LikelihoodScorer, logLikelihood } from '../../../../models/detectors/shared/likelihood-scorer.ts';
import { meanBitsPerDimension } from '../../../../models/detectors/shared/mean-bits-per-dimension.ts';
import { cpuEnvironment } from '../../cpu-environment.ts';
import { inFloat64, movedParameters } from '../glow/glow-samples.ts';
import { referenceGlow } from '../glow/reference-glow.ts';
import { expectClose } from '../../evaluate.ts';
import { chance } from '../../samples.ts';
import {
  SHAPE,
  SIZE,
  gaussianLogLikelihood,
  gaussianModel,
  sourceOf,
} from '../../training/gaussian-model.ts';

let environment: Environment;
beforeAll(async () => {
  environment = await cpuEnvironment();
});

async function opened(
  model: LikelihoodModel,
  parameters: ParameterData,
  batch: number,
  shape: ImageShape,
): Promise<LikelihoodScorer> {
  const scorer = await LikelihoodScorer.open(environment, model, parameters, batch, shape);
  onTestFinished(() => scorer.dispose());
  return scorer;
}

/** Waves with noise, planar, 8 bit. */
function pictures(count: number, { channels, height, width }: ImageShape, seed = 1): Uint8Array[] {
  const draw = chance(seed);
  return Array.from({ length: count }, () => {
    const [rate, phase] = [0.2 + 0.5 * draw(), 6 * draw()];
    return Uint8Array.from({ length: channels * height * width }, (_, index) => {
      const [y, x] = [Math.floor(index / width) % height, index % width];
      return 128 + 80 * Math.sin(rate * (x + y / 2) + phase) + 40 * (draw() - 0.5);
    });
  });
}

/** The middle of each 8-bit bin. */
const middles = (image: Uint8Array) => Float64Array.from(image, (pixel) => (pixel + 0.5) / 256 - 0.5);

const grey: GlowSettings = { channels: 1, scales: 2, stepsPerScale: 2, hiddenChannels: 8 };
const rgb: GlowSettings = { channels: 3, scales: 3, stepsPerScale: 2, hiddenChannels: 8 };
const moved = { grey: movedParameters(grey, 2), rgb: movedParameters(rgb, 3) };

function dataOf(samples: ReturnType<typeof movedParameters>): ParameterData {
  return Object.fromEntries(
    Object.entries(samples).map(([name, { data }]) => [name, Float32Array.from(data)]),
  );
}

describe.each([
  ['grey', grey, { channels: 1, height: 16, width: 16 }],
  ['rgb', rgb, { channels: 3, height: 16, width: 16 }],
] as const)('a scorer of %s images', (kind, settings, shape) => {
  const model = glowModel(settings);
  const parameters = dataOf(moved[kind]);

  it('has the likelihoods and maps of the formula in float64', async () => {
    const images = pictures(3, shape);
    const likelihoods = await (await opened(model, parameters, 3, shape)).score(images);
    expect(likelihoods).toHaveLength(3);
    likelihoods.forEach((likelihood, index) => {
      const { maps } = referenceGlow(settings, inFloat64(moved[kind]), {
        ...shape,
        values: middles(images[index] ?? new Uint8Array()),
      });
      const sums = maps.map((map) => map.reduce((sum, value) => sum + value, 0));
      expectClose(likelihood.contributions, sums, 1e-3);
      expectClose([logLikelihood(likelihood)], [sums.reduce((sum, value) => sum + value, 0)], 1e-3);
      likelihood.maps.forEach(({ values }, scale) => expectClose(values, maps[scale] ?? [], 1e-3));
    });
  });

  it('has contributions that are sums of their maps, and maps that halve from scale to scale', async () => {
    const scorer = await opened(model, parameters, 4, shape);
    for (const likelihood of await scorer.score(pictures(4, shape))) {
      expect(likelihood.maps.map(({ height, width }) => [height, width])).toEqual(
        Array.from({ length: settings.scales }, (_, scale) => [8 / 2 ** scale, 8 / 2 ** scale]),
      );
      expectClose(
        likelihood.contributions,
        likelihood.maps.map(({ values }) => values.reduce((sum, value) => sum + value, 0)),
        1e-6,
      );
    }
  });
});

describe('a scorer', () => {
  const shape = { channels: 1, height: 16, width: 16 } as const;
  const model = glowModel(grey);
  const parameters = dataOf(moved.grey);

  it('scores a short last batch as it scores a full one', async () => {
    const scorer = await opened(model, parameters, 4, shape);
    const images = pictures(4, shape);
    const full = await scorer.score(images);
    for (let count = 0; count <= 4; count++) {
      expect(await scorer.score(images.slice(0, count))).toEqual(full.slice(0, count));
    }
    expect(await scorer.score(images.slice(2, 3))).toEqual(full.slice(2, 3));
  });

  it('gives the same bytes each time, opened anew or not', async () => {
    const [one, other] = [
      await opened(model, parameters, 3, shape),
      await opened(model, parameters, 3, shape),
    ];
    const images = pictures(3, shape);
    const first = await one.score(images);
    expect(await one.score(images)).toEqual(first);
    expect(await other.score(images)).toEqual(first);
  });

  it('refuses more images than its batch holds', async () => {
    const scorer = await opened(model, parameters, 2, shape);
    await expect(scorer.score(pictures(3, shape))).rejects.toThrow(RangeError);
  });

  it('scores larger images with the same weights: the maps grow with them', async () => {
    const large = { channels: 1, height: 32, width: 48 } as const;
    const [image = new Uint8Array()] = pictures(1, large);
    const [likelihood] = await (await opened(model, parameters, 1, large)).score([image]);
    expect(likelihood?.maps.map(({ height, width, values }) => [height, width, values.length])).toEqual([
      [16, 24, 384],
      [8, 12, 96],
    ]);
    const { maps } = referenceGlow(grey, inFloat64(moved.grey), { ...large, values: middles(image) });
    likelihood?.maps.forEach(({ values }, scale) => expectClose(values, maps[scale] ?? [], 1e-3));
  });
});

/** Density 1 everywhere in a cube of side 1. */
const uniformModel: LikelihoodModel = {
  ...gaussianModel,
  description: 'uniform',
  traceScoring: (batch, { channels, height, width }) => {
    const images: InputSpec = { name: 'images', shape: [batch, channels, height, width], type: 'float32' };
    return trace(
      (inputs) => ({
        map0: a.multiply(a.sum(inputs['images'] ?? a.zeros(images.shape), [1]), 0),
      }),
      [images],
    );
  },
};

describe('mean bits per dimension', () => {
  // More than one batch, the last one short.
  const images = pictures(70, SHAPE, 6).map((image) => image.map((pixel) => Math.min(pixel, 250)));

  it('are 8 for a uniform density: 256 equal bins a pixel', async () => {
    expect(await meanBitsPerDimension(environment, uniformModel, {}, sourceOf(images))).toBe(8);
  });

  it('are those of the formula for a Gaussian', async () => {
    const mean = Float32Array.from({ length: SIZE }, (_, pixel) => (pixel - 32) / 100);
    const parameters = { mean, deviation: Float32Array.of(0.25) };
    const total = images.reduce((sum, image) => sum + gaussianLogLikelihood(middles(image), mean, 0.25), 0);
    const expected = 8 - total / images.length / elementsOf(SHAPE) / Math.log(2);
    const measured = await meanBitsPerDimension(environment, gaussianModel, parameters, sourceOf(images));
    expect(measured).toBeCloseTo(expected, 5);
  });
});
