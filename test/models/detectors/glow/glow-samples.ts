import type { Tensor } from '../../../../models/array.ts';
import type { NamedTensors } from '../../../../models/compile/trace.ts';
import {
  type GlowSettings,
  glowParameterSpecs,
  initialGlowParameters,
  scaleChannels,
} from '../../../../models/detectors/glow/parameters.ts';
import { inverse, product } from '../../../../models/flows/linear-algebra.ts';
import { tensorOf } from '../../evaluate.ts';
import { type Sample, type Samples, normals, sample } from '../../samples.ts';
import type { FeatureMap, Parameters } from './reference-glow.ts';

/** As after some training: every trained parameter moved, the zero-initialised ones too. */
export function movedParameters(settings: GlowSettings, seed = 1): Samples {
  const initial = initialGlowParameters(settings, seed);
  const draw = normals(seed + 100);
  return Object.fromEntries(
    glowParameterSpecs(settings).map(({ name, shape, trained }) => {
      const values = Array.from(initial[name] ?? []);
      return [name, sample(trained ? values.map((value) => value + 0.1 * draw()) : values, shape)];
    }),
  );
}

export function constantsOf(parameters: Samples): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, tensorOf(values)]));
}

/** Smooth images with noise, `[B, C, H, W]` in [−0.5, 0.5). */
export function images(batch: number, channels: number, height: number, width: number, seed = 1): Sample {
  const draw = normals(seed);
  const values: number[] = [];
  for (let map = 0; map < batch * channels; map++) {
    const [phase, rate] = [draw(), 0.3 + 0.2 * draw()];
    for (let pixel = 0; pixel < height * width; pixel++) {
      const [y, x] = [Math.floor(pixel / width), pixel % width];
      const value = 0.25 * Math.sin(rate * (x + y / 2) + phase) + 0.06 * draw();
      values.push(Math.max(-0.5, Math.min(0.499, value)));
    }
  }
  return sample(values, [batch, channels, height, width]);
}

export function inFloat64(parameters: Samples): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { data }]) => [name, Float64Array.from(data)]),
  );
}

/** The images of a batch, one by one. */
export function featureMaps({ shape, data }: Sample): FeatureMap[] {
  const [batch = 1, channels = 1, height = 1, width = 1] = shape;
  const size = channels * height * width;
  return Array.from({ length: batch }, (_, member) => ({
    channels,
    height,
    width,
    values: Float64Array.from(data.slice(member * size, (member + 1) * size)),
  }));
}

/** `scale<i>.lu.inverse`, as a caller who inverts the flow computes them. */
export function luInverses(settings: GlowSettings, parameters: Samples): Samples {
  return Object.fromEntries(
    scaleChannels(settings).map((side, scale) => {
      const step = (name: string, index: number, size: number) =>
        Float64Array.from(
          parameters[`scale${scale}.lu.${name}`]?.data.slice(index * size, (index + 1) * size) ?? [],
        );
      const inverses = Array.from({ length: settings.stepsPerScale }, (_, index) => {
        const [sign, log] = [step('sign', index, side), step('logDiagonal', index, side)];
        const triangle = (name: string, diagonal: (row: number) => number, below: boolean) =>
          step(name, index, side * side).map((value, at) => {
            const [row, column] = [Math.floor(at / side), at % side];
            if (row === column) return diagonal(row);
            return row > column === below ? value : 0;
          });
        const lower = triangle('lower', () => 1, true);
        const upper = triangle('upper', (row) => (sign[row] ?? 0) * Math.exp(log[row] ?? 0), false);
        const permutation = step('permutation', index, side * side);
        return Array.from(inverse(product(permutation, product(lower, upper, side), side), side));
      });
      return [`scale${scale}.lu.inverse`, sample(inverses.flat(), [settings.stepsPerScale, side, side])];
    }),
  );
}

export function named(tensors: readonly Tensor[], prefix: string): NamedTensors {
  return Object.fromEntries(tensors.map((tensor, scale) => [`${prefix}${scale}`, tensor]));
}

export function get(tensors: NamedTensors, name: string): Tensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new RangeError(`no input ${name}`);
  return tensor;
}
