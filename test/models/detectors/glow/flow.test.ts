import { jacrev } from '@jax-js/jax';
import { describe, expect, it } from 'vitest';
import * as a from '../../../../models/array.ts';
import type { NamedTensors } from '../../../../models/compile/trace.ts';
import {
  actnormInitialisation,
  contributionMaps,
  imagesOf,
  latents,
} from '../../../../models/detectors/glow/flow.ts';
import {
  type GlowSettings,
  glowParameterSpecs,
  initialGlowParameters,
  latentChannels,
  scaleChannels,
} from '../../../../models/detectors/glow/parameters.ts';
import {
  TARGETS,
  compileAndRun,
  evaluate,
  expectClose,
  expectSame,
  sampleOf,
  tensorOf,
} from '../../evaluate.ts';
import { LAYOUTS, gaussian, logAbsDet } from '../../flows/transforms.ts';
import { type Sample, type Samples, sample } from '../../samples.ts';
import {
  constantsOf,
  featureMaps,
  get,
  images,
  inFloat64,
  luInverses,
  movedParameters,
  named,
} from './glow-samples.ts';
import { referenceGlow } from './reference-glow.ts';

const rgb: GlowSettings = { channels: 3, scales: 2, stepsPerScale: 2, hiddenChannels: 5 };
const grey: GlowSettings = { channels: 1, scales: 3, stepsPerScale: 1, hiddenChannels: 4 };

/** Reference maps, one `[B, h, w]` a scale. */
function referenceMaps(settings: GlowSettings, parameters: Samples, x: Sample): Samples {
  const results = featureMaps(x).map((image) => referenceGlow(settings, inFloat64(parameters), image));
  const [batch = 1, , height = 1, width = 1] = x.shape;
  return Object.fromEntries(
    Array.from({ length: settings.scales }, (_, scale) => [
      `map${scale}`,
      sample(
        results.flatMap(({ maps }) => Array.from(maps[scale] ?? [])),
        [batch, height / 2 ** (scale + 1), width / 2 ** (scale + 1)],
      ),
    ]),
  );
}

const cases: [string, GlowSettings, [number, number, number, number]][] = [
  ['RGB', rgb, [2, 3, 8, 12]],
  ['grey', grey, [2, 1, 16, 8]],
];

describe.each(cases)('a Glow on %s images', (_, settings, shape) => {
  const parameters = movedParameters(settings);
  const x = images(...shape);
  const reference = referenceMaps(settings, parameters, x);

  describe.each(LAYOUTS)('traced %s', (layout) => {
    it('has the contribution maps of the formula in float64, with weights as constants', async () => {
      const scoring = (tensors: NamedTensors) =>
        named(contributionMaps(settings, constantsOf(parameters), get(tensors, 'images'), layout), 'map');
      expectSame(evaluate(scoring, { images: x }), reference, 1e-4);
      for (const target of TARGETS)
        expectSame(await compileAndRun(scoring, { images: x }, target), reference, 1e-4);
    });

    it('has them with weights as inputs', async () => {
      const training = (tensors: NamedTensors) =>
        named(contributionMaps(settings, tensors, get(tensors, 'images'), layout), 'map');
      for (const target of TARGETS)
        expectSame(await compileAndRun(training, { ...parameters, images: x }, target), reference, 1e-4);
    });

    it('finds the latents of the formula, and the images of its latents', async () => {
      const results = featureMaps(x).map((image) => referenceGlow(settings, inFloat64(parameters), image));
      const encode = (tensors: NamedTensors) =>
        named(latents(settings, constantsOf(parameters), get(tensors, 'images'), layout), 'z');
      const expected: Samples = Object.fromEntries(
        latentChannels(settings).map((channels, scale) => [
          `z${scale}`,
          sample(
            results.flatMap((result) => Array.from(result.latents[scale]?.values ?? [])),
            [shape[0], channels, shape[2] / 2 ** (scale + 1), shape[3] / 2 ** (scale + 1)],
          ),
        ]),
      );
      const inverses = { ...constantsOf(parameters), ...constantsOf(luInverses(settings, parameters)) };
      const decode = (tensors: NamedTensors) => ({
        images: imagesOf(
          settings,
          inverses,
          Object.keys(expected).map((name) => get(tensors, name)),
          layout,
        ),
      });
      for (const target of TARGETS) {
        const z = await compileAndRun(encode, { images: x }, target);
        expectSame(z, expected, 1e-4);
        expectSame(await compileAndRun(decode, z, target), { images: x }, 1e-3);
        // And from a sample of the prior: z → x → z.
        const drawn = Object.fromEntries(
          Object.entries(expected).map(([name, latent], seed) => [
            name,
            gaussian(latent.shape, seed + 5, 0.7),
          ]),
        );
        const { images: sampled } = await compileAndRun(decode, drawn, target);
        if (sampled === undefined) throw new RangeError('no images');
        expectSame(await compileAndRun(encode, { images: sampled }, target), drawn, 1e-3);
      }
    });

    it('scores images of other sizes, with maps that grow', async () => {
      const scoring = (tensors: NamedTensors) =>
        named(contributionMaps(settings, constantsOf(parameters), get(tensors, 'images'), layout), 'map');
      for (const [height, width] of [
        [16, 16],
        [32, 24],
      ] as const) {
        const other = images(1, settings.channels, height, width, 3);
        const expected = referenceMaps(settings, parameters, other);
        for (const target of TARGETS)
          expectSame(await compileAndRun(scoring, { images: other }, target), expected, 1e-4);
      }
    });

    it('normalises what reaches every ActNorm when initialised from data', async () => {
      const start = Object.fromEntries(
        Object.entries(initialGlowParameters(settings, 3)).map(([name, data]) => [
          name,
          sample(Array.from(data), parameters[name]?.shape ?? []),
        ]),
      );
      const batch = images(24, settings.channels, 16, 16, 5);
      const initialise = (tensors: NamedTensors) =>
        actnormInitialisation(settings, constantsOf(start), get(tensors, 'images'), layout);
      const expected = evaluate(initialise, { images: batch });
      const specs = new Map(glowParameterSpecs(settings).map(({ name, shape: sides }) => [name, sides]));
      const norms = [...specs.keys()].filter((name) => /(actnorm|Norm|prior)\.(bias|logs)$/.test(name));
      expect(Object.keys(expected).sort()).toEqual(norms.sort());
      for (const [name, { shape: sides }] of Object.entries(expected)) expect(sides).toEqual(specs.get(name));

      for (const target of TARGETS) {
        const initialised = await compileAndRun(initialise, { images: batch }, target);
        expectSame(initialised, expected, 2e-3);
        const after = (tensors: NamedTensors) =>
          named(
            latents(settings, constantsOf({ ...start, ...initialised }), get(tensors, 'images'), layout),
            'z',
          );
        for (const [name, z] of Object.entries(await compileAndRun(after, { images: batch }, target))) {
          for (const { mean, variance } of channelMoments(z)) {
            expect(Math.abs(mean), `mean of ${name}`).toBeLessThan(1e-3);
            expect(Math.abs(variance - 1), `variance of ${name}`).toBeLessThan(0.05);
          }
        }
      }
    });
  });

  it('starts with a coupling of zero weights and the same numbers for the same seed', () => {
    const start = initialGlowParameters(settings, 3);
    expect(Object.keys(start)).toEqual(glowParameterSpecs(settings).map(({ name }) => name));
    expect(start).toEqual(initialGlowParameters(settings, 3));
    expect(start).not.toEqual(initialGlowParameters(settings, 4));
    for (const [name, values] of Object.entries(start)) {
      const size = parameters[name]?.data.length;
      expect(values).toHaveLength(size ?? -1);
      if (/\.(last|bias)$|(actnorm|Norm|gain|prior)\.logs$/.test(name))
        expect(values.every((value) => value === 0)).toBe(true);
    }
  });
});

describe('a Glow', () => {
  it('has the log-density of the change of variables, maps summed', () => {
    const settings: GlowSettings = { channels: 1, scales: 2, stepsPerScale: 2, hiddenChannels: 4 };
    const parameters = constantsOf(movedParameters(settings, 8));
    const x = images(1, 1, 4, 4, 9);
    const flat = (values: a.Tensor) =>
      a.concat(
        latents(settings, parameters, a.reshape(values, [1, 1, 4, 4]), 'channels-first').map((z) =>
          a.reshape(z, [z.size]),
        ),
        0,
      );
    const point = () => tensorOf(sample(Array.from(x.data), [16]));
    const z = sampleOf(flat(point())).data;
    const jacobian = sampleOf(jacrev(flat)(point()));
    const logDensity =
      Array.from(z).reduce((sum, value) => sum - value ** 2 / 2 - Math.log(2 * Math.PI) / 2, 0) +
      logAbsDet(jacobian.data, 16);
    const maps = evaluate(
      (tensors) => named(contributionMaps(settings, parameters, get(tensors, 'x'), 'channels-first'), 'map'),
      { x },
    );
    const total = Object.values(maps)
      .flatMap(({ data }) => Array.from(data))
      .reduce((sum, value) => sum + value, 0);
    expectClose([total], [logDensity], 1e-4);
  });

  it('has the latents of the paper: 6×16×16, 12×8×8 and 48×4×4 for 32×32 RGB images', () => {
    const paper: GlowSettings = { channels: 3, scales: 3, stepsPerScale: 32, hiddenChannels: 512 };
    expect(scaleChannels(paper)).toEqual([12, 24, 48]);
    expect(latentChannels(paper)).toEqual([6, 12, 48]);
    const count = glowParameterSpecs(paper)
      .filter(({ trained }) => trained)
      .reduce((sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1), 0);
    expect(count / 1e6).toBeGreaterThan(42);
    expect(count / 1e6).toBeLessThan(46);
  });

  it('names a parameter that is missing', () => {
    const { 'scale1.gain.logs': missing, ...rest } = constantsOf(movedParameters(rgb));
    expect(missing).toBeDefined();
    expect(() => contributionMaps(rgb, rest, tensorOf(images(1, 3, 8, 8)), 'channels-first')).toThrow(
      'the model has no parameter scale1.gain.logs',
    );
  });
});

/** Of `[B, C, H, W]`, one pair a channel. */
function channelMoments({ shape, data }: Sample): { mean: number; variance: number }[] {
  const [, channels = 1, height = 1, width = 1] = shape;
  return Array.from({ length: channels }, (_, channel) => {
    const values = Array.from(data).filter(
      (__, at) => Math.floor(at / (height * width)) % channels === channel,
    );
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return { mean, variance };
  });
}
