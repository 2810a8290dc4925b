/** What every density on images obeys, whatever its flow. */
import { expect } from 'vitest';
import { compile } from '../../../models/compile/compile.ts';
import type { LikelihoodModel } from '../../../models/detectors/detector.ts';
import type { FitData } from '../../../models/detectors/method.ts';
import type { ImageShape } from '../../../models/images.ts';
import { TARGETS, compileAndRun, evaluate, expectSame } from '../evaluate.ts';
import { LAYOUTS } from '../flows/transforms.ts';
import { runOnnx } from '../run-onnx.ts';
import { type Samples, chance, normals, sample } from '../samples.ts';
import { sourceOf } from '../training/gaussian-model.ts';

/** As after some training: every trained parameter moved. */
export function movedParameters(model: LikelihoodModel, seed = 1): Samples {
  const initial = model.initialParameters(seed);
  const draw = normals(seed + 100);
  return Object.fromEntries(
    model.parameters.map(({ name, shape, trained }) => {
      const values = Array.from(initial[name] ?? []);
      return [name, sample(trained ? values.map((value) => value + 0.1 * draw()) : values, shape)];
    }),
  );
}

/** log p of each of the images `[B, C, H, W]`, by the compiled scoring graph. */
export async function logDensities(
  model: LikelihoodModel,
  parameters: Samples,
  images: Samples[string],
  shape: ImageShape,
): Promise<number[]> {
  const [batch = 1] = images.shape;
  const maps = await runOnnx(compile(model.traceScoring(batch, shape), 'portable'), {
    ...parameters,
    images,
  });
  return Array.from({ length: batch }, (_, image) =>
    Object.values(maps)
      .flatMap(({ data }) =>
        Array.from(data.slice((image * data.length) / batch, ((image + 1) * data.length) / batch)),
      )
      .reduce((sum, value) => sum + value, 0),
  );
}

/** The objective is minus the density that is scored with, in both layouts and on both targets. */
export async function expectObjectiveOfScores(
  model: LikelihoodModel,
  images: Samples[string],
  shape: ImageShape,
): Promise<void> {
  const parameters = movedParameters(model);
  const losses = (await logDensities(model, parameters, images, shape)).map((value) => -value);
  const expected: Samples = {
    loss: sample([losses.reduce((sum, value) => sum + value, 0) / losses.length], []),
    sampleLoss: sample(losses, [losses.length]),
  };
  for (const layout of LAYOUTS) {
    const objective = model.objective(losses.length, shape, layout);
    const program = (tensors: Parameters<typeof objective.evaluate>[0]) => {
      const { images: batch } = tensors;
      if (batch === undefined) throw new RangeError('no images');
      const { loss, sampleLoss } = objective.evaluate(tensors, { images: batch });
      return { loss, sampleLoss };
    };
    const inputs = { ...parameters, images };
    expectSame(evaluate(program, inputs), expected, 1e-4);
    for (const target of TARGETS) expectSame(await compileAndRun(program, inputs, target), expected, 1e-4);
  }
}

/** Stripes with noise, of a brightness. */
export function noisyImages(shape: ImageShape, count: number, centre: number, spread: number, seed: number) {
  const draw = chance(seed);
  const size = shape.channels * shape.height * shape.width;
  return Array.from({ length: count }, () =>
    Uint8Array.from({ length: size }, (_, at) => {
      const wave = 30 * Math.sin((at % shape.width) / 3);
      return Math.round(Math.max(0, Math.min(255, centre + wave + spread * (draw() - 0.5))));
    }),
  );
}

export function fitDataOf(
  images: readonly Uint8Array[],
  shape: ImageShape,
  more: Partial<FitData> = {},
): FitData {
  const kept = Math.ceil(images.length / 5);
  return {
    normal: sourceOf(images.slice(kept), shape),
    heldOut: sourceOf(images.slice(0, kept), shape),
    general: null,
    generalModel: null,
    exposure: null,
    encoder: null,
    ...more,
  };
}

export function expectFinite(scores: Readonly<Record<string, number[]>>): void {
  for (const values of Object.values(scores)) expect(values.every(Number.isFinite)).toBe(true);
}
