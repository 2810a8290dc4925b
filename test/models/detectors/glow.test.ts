import { describe, expect, it } from 'vitest';
import { compile } from '../../../models/compile/compile.ts';
import type { InputSpec, TracedProgram } from '../../../models/compile/trace.ts';
import { initialised } from '../../../models/detectors/detector.ts';
import { type GlowSettings, glowModel } from '../../../models/detectors/glow/model.ts';
import { contributionMaps } from '../../../models/detectors/glow/flow.ts';
import { TARGETS, compileAndRun, evaluate, expectClose, expectSame } from '../evaluate.ts';
import { LAYOUTS } from '../flows/transforms.ts';
import { openOnnx, runOnnx } from '../run-onnx.ts';
import type { Samples } from '../samples.ts';
import { get, images, movedParameters, named } from './glow/glow-samples.ts';

const settings: GlowSettings = { channels: 3, scales: 2, stepsPerScale: 1, hiddenChannels: 4 };
const shape = { channels: 3, height: 8, width: 12 } as const;
const model = glowModel(settings);
const parameters = movedParameters(settings);
const inputs: Samples = { ...parameters, images: images(2, 3, 8, 12) };
const expected = evaluate(
  (tensors) => named(contributionMaps(settings, tensors, get(tensors, 'images'), 'channels-first'), 'map'),
  inputs,
);
/** log p of each of the two images. */
const logLikelihoods = [0, 1].map((image) =>
  Object.values(expected)
    .flatMap(({ data }) => Array.from(data.slice((image * data.length) / 2, ((image + 1) * data.length) / 2)))
    .reduce((sum, value) => sum + value, 0),
);

const specsOf = (program: TracedProgram): readonly InputSpec[] => program.inputs;

describe('the Glow model', () => {
  it('scores images by their maps', async () => {
    const program = model.traceScoring(2, shape);
    expect(specsOf(program).map(({ name }) => name)).toEqual([...Object.keys(parameters), 'images']);
    for (const target of TARGETS) expectSame(await runOnnx(compile(program, target), inputs), expected, 1e-4);
  });

  it.each(LAYOUTS)('minimises the mean of −log p, which it reports image by image (%s)', async (layout) => {
    const objective = model.objective(2, shape, layout);
    const step = (tensors: Parameters<typeof objective.evaluate>[0]) => {
      const { loss, sampleLoss } = objective.evaluate(tensors, { images: get(tensors, 'images') });
      return { loss, sampleLoss };
    };
    for (const target of TARGETS) {
      const { loss, sampleLoss } = await compileAndRun(step, inputs, target);
      expectClose(
        sampleLoss?.data ?? [],
        logLikelihoods.map((value) => -value),
        1e-4,
      );
      expectClose(loss?.data ?? [], [-logLikelihoods.reduce((sum, value) => sum + value / 2, 0)], 1e-4);
    }
  });

  it('initialises from data: a portable program with the parameters that change as outputs', async () => {
    const session = await openOnnx(compile(model.traceInitialisation(2, shape), 'portable'));
    const set = model.parameters
      .map(({ name }) => name)
      .filter((name) => /(actnorm|Norm|prior)\./.test(name));
    expect([...session.outputNames].sort()).toEqual(set.map(initialised).sort());
    await session.release();
  });

  it('describes what its graphs depend on', () => {
    const others: GlowSettings[] = [
      { ...settings, channels: 1 },
      { ...settings, scales: 3 },
      { ...settings, stepsPerScale: 2 },
      { ...settings, hiddenChannels: 8 },
    ];
    const descriptions = [settings, ...others].map((some) => glowModel(some).description);
    expect(new Set(descriptions).size).toBe(5);
    expect(glowModel({ ...settings }).description).toBe(model.description);
  });
});
