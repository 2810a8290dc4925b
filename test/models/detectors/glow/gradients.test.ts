import { describe, expect, it } from 'vitest';
import * as a from '../../../../models/array.ts';
import type { NamedTensors } from '../../../../models/compile/trace.ts';
import { contributionMaps } from '../../../../models/detectors/glow/flow.ts';
import { type GlowSettings, glowParameterSpecs } from '../../../../models/detectors/glow/parameters.ts';
import { TARGETS, type Program, compileAndRun, evaluate, expectSame } from '../../evaluate.ts';
import { LAYOUTS } from '../../flows/transforms.ts';
import { type Samples, chance } from '../../samples.ts';
import { featureMaps, get, images, inFloat64, movedParameters } from './glow-samples.ts';
import { type Parameters, referenceGlow } from './reference-glow.ts';

const settings: GlowSettings = { channels: 1, scales: 2, stepsPerScale: 2, hiddenChannels: 5 };
const trained = glowParameterSpecs(settings)
  .filter((spec) => spec.trained)
  .map(({ name }) => name);
const parameters = movedParameters(settings, 2);
const x = images(2, 1, 8, 8, 4);
const inputs: Samples = { ...parameters, images: x };
const PIXELS = 2 * 8 * 8;

/** Nats per pixel, and its gradient with respect to every trained parameter. */
const gradientProgram =
  (layout: (typeof LAYOUTS)[number]): Program =>
  (tensors: NamedTensors) => {
    const { value, gradients } = a.valueAndGradient(
      (moving) => {
        const moved = Object.fromEntries(
          trained.map((name, position) => [name, moving[position] ?? a.zeros([])]),
        );
        const maps = contributionMaps(settings, { ...tensors, ...moved }, get(tensors, 'images'), layout);
        return [a.multiply(maps.map((map) => a.sum(map)).reduce(a.add), -1 / PIXELS), []];
      },
      trained.map((name) => get(tensors, name)),
    );
    return {
      loss: value,
      ...Object.fromEntries(trained.map((name, position) => [`d ${name}`, gradients[position] ?? value])),
    };
  };

function referenceLoss(at: Parameters): number {
  const total = featureMaps(x)
    .flatMap((image) => referenceGlow(settings, at, image).maps)
    .reduce((sum, map) => sum + map.reduce((part, value) => part + value, 0), 0);
  return -total / PIXELS;
}

describe.each(LAYOUTS)('the compiled gradient of a Glow, traced %s', (layout) => {
  const program = gradientProgram(layout);

  it('is the one of jax-js', async () => {
    const expected = evaluate(program, inputs);
    for (const target of TARGETS) expectSame(await compileAndRun(program, inputs, target), expected, 1e-4);
  });

  it('is that of central differences in float64', async () => {
    const start = inFloat64(parameters);
    const draw = chance(6);
    const step = 1e-5;
    const probes = trained.flatMap((name) => {
      const size = start[name]?.length ?? 0;
      return Array.from({ length: Math.min(3, size) }, () => {
        const index = Math.floor(draw() * size);
        const moved = (by: number) => {
          const values = Float64Array.from(start[name] ?? []);
          values[index] = (values[index] ?? 0) + by;
          return referenceLoss({ ...start, [name]: values });
        };
        return { name, index, slope: (moved(step) - moved(-step)) / (2 * step) };
      });
    });
    // Entries outside the triangles and behind closed ReLUs have no influence; most others must have some.
    expect(probes.filter(({ slope }) => Math.abs(slope) > 1e-6).length).toBeGreaterThan(probes.length * 0.6);
    for (const target of TARGETS) {
      const gradients = await compileAndRun(program, inputs, target);
      expect(gradients['loss']?.data[0]).toBeCloseTo(referenceLoss(start), 4);
      for (const { name, index, slope } of probes) {
        const found = gradients[`d ${name}`]?.data[index] ?? Number.NaN;
        expect(Math.abs(found - slope), `${name}[${index}]: ${found} for ${slope}`).toBeLessThan(
          2e-5 + 1e-3 * Math.abs(slope),
        );
      }
    }
  });
});
