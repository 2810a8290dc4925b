import { describe, expect, it } from 'vitest';
import * as a from '../../../models/array.ts';
import { compile } from '../../../models/compile/compile.ts';
import type { NamedTensors } from '../../../models/compile/trace.ts';
import type { Objective } from '../../../models/detectors/detector.ts';
import { stepScalars } from '../../../models/training/optimisers.ts';
import type { Pack } from '../../../models/training/packing.ts';
import {
  type TrainingStepSettings,
  next,
  slotParts,
  traceTrainingStep,
} from '../../../models/training/training-step.ts';
import { TARGETS, expectClose } from '../evaluate.ts';
import { runOnnx } from '../run-onnx.ts';
import { type Sample, type Samples, floats, sample } from '../samples.ts';

/** Least squares, weighted: Σ weight·(x·slope + offset − y)² / N, with the weights fixed. */
const objective: Objective = {
  inputs: [
    { name: 'x', shape: [4, 3], type: 'float32' },
    { name: 'y', shape: [4], type: 'float32' },
  ],
  evaluate(parameters: NamedTensors, batch: NamedTensors) {
    const get = (tensors: NamedTensors, name: string) => {
      const tensor = tensors[name];
      if (tensor === undefined) throw new RangeError(`no tensor ${name}`);
      return tensor;
    };
    const predicted = a.matmul(get(batch, 'x'), a.reshape(get(parameters, 'slope'), [3, 1]));
    const error = a.subtract(a.add(a.reshape(predicted, [4]), get(parameters, 'offset')), get(batch, 'y'));
    const squares = a.multiply(a.square(error), get(parameters, 'weight'));
    return { loss: a.mean(squares), sampleLoss: error };
  },
};

const packs: Pack[] = [
  { name: 'slopes', size: 3, members: [{ name: 'slope', shape: [3], offset: 0, size: 3 }] },
  { name: 'others', size: 1, members: [{ name: 'offset', shape: [], offset: 0, size: 1 }] },
];

const settings: TrainingStepSettings = {
  optimiser: { kind: 'adam', weightDecay: 0 },
  averagingDecay: 0.9,
};

const weight = floats([4], 3, 0.5, 2);
const x = floats([4, 3], 1);
const y = floats([4], 2);

function initialState(): Samples {
  return Object.fromEntries(
    packs.flatMap(({ name, size }, seed) => {
      const parameter = floats([size], 10 + seed);
      const zeros = sample(new Array<number>(size).fill(0), [size]);
      return [
        [`${name}/parameter`, parameter],
        [`${name}/first`, zeros],
        [`${name}/second`, zeros],
        [`${name}/average`, parameter],
      ];
    }),
  );
}

function feeds(state: Samples, step: number, batch: { x: Sample; y: Sample } = { x, y }): Samples {
  const { stepSize, secondCorrection } = stepScalars(0.1, step);
  return {
    ...state,
    weight,
    ...batch,
    stepSize: sample([stepSize], []),
    secondCorrection: sample([secondCorrection], []),
  };
}

function successor(state: Samples, results: Samples): Samples {
  return Object.fromEntries(
    Object.keys(state).map((name) => {
      const value = results[next(name)];
      if (value === undefined) throw new RangeError(`no successor of ${name}`);
      return [name, value];
    }),
  );
}

/** The same in float64: parameters are the three slopes, then the offset. */
function referenceRun(steps: number) {
  const state = initialState();
  const start = [...(state['slopes/parameter']?.data ?? []), ...(state['others/parameter']?.data ?? [])];
  const parameter = [...start];
  const average = [...start];
  const [first, second] = [start.map(() => 0), start.map(() => 0)];
  let [loss, gradientSize] = [0, 0];
  for (let t = 1; t <= steps; t++) {
    const errors = Array.from(y.data, (target, row) => {
      const inputs = [...x.data.slice(row * 3, row * 3 + 3), 1];
      return inputs.reduce((sum, value, i) => sum + value * (parameter[i] ?? 0), 0) - target;
    });
    loss = errors.reduce((sum, error, row) => sum + (weight.data[row] ?? 0) * error ** 2, 0) / 4;
    const gradient = parameter.map((_, i) =>
      errors.reduce((sum, error, row) => {
        const input = i < 3 ? (x.data[row * 3 + i] ?? 0) : 1;
        return sum + ((weight.data[row] ?? 0) * 2 * error * input) / 4;
      }, 0),
    );
    gradientSize = gradient.reduce((sum, g) => sum + g * g, 0);
    gradient.forEach((g, i) => {
      first[i] = 0.9 * (first[i] ?? 0) + 0.1 * g;
      second[i] = 0.999 * (second[i] ?? 0) + 0.001 * g * g;
      const size = Math.sqrt((second[i] ?? 0) / (1 - 0.999 ** t)) + 1e-8;
      parameter[i] = (parameter[i] ?? 0) - (0.1 * (first[i] ?? 0)) / (1 - 0.9 ** t) / size;
      average[i] = 0.9 * (average[i] ?? 0) + 0.1 * (parameter[i] ?? 0);
    });
  }
  return { parameter, average, first, second, loss, gradientSize };
}

const fixed = [{ name: 'weight', shape: [4], type: 'float32' }] as const;

describe.each(TARGETS)('a training step compiled as %s', (target) => {
  const model = compile(traceTrainingStep(packs, fixed, objective, settings), target);

  it('does what the optimiser does in float64, and averages the weights', async () => {
    let state = initialState();
    for (const step of [1, 2, 3]) {
      const results = await runOnnx(model, feeds(state, step));
      const expected = referenceRun(step);
      expect(results['accepted']?.data[0]).toBe(1);
      expectClose(results['loss']?.data ?? [], [expected.loss], 1e-5, 'loss');
      expectClose(results['gradientSize']?.data ?? [], [expected.gradientSize], 1e-4, 'gradientSize');
      expect(results['sampleLoss']?.shape).toEqual([4]);
      state = successor(state, results);
      for (const part of slotParts(settings)) {
        const found = [...(state[`slopes/${part}`]?.data ?? []), ...(state[`others/${part}`]?.data ?? [])];
        expectClose(found, expected[part], 1e-5, part);
      }
    }
  });

  it.each([
    ['not a number', Number.NaN],
    ['infinite', Infinity],
    ['so large that the gradient overflows', 1e25],
    ['so large that the gradient is beyond use, though finite', 3e8],
  ])('leaves everything as it was when an input is %s', async (_, bad) => {
    const state = successor(initialState(), await runOnnx(model, feeds(initialState(), 1)));
    const broken = { x: sample([bad, ...Array.from(x.data.slice(1))], [4, 3]), y };
    const results = await runOnnx(model, feeds(state, 2, broken));
    expect(results['accepted']?.data[0]).toBe(0);
    expect(successor(state, results)).toEqual(state);
    const recovered = successor(state, await runOnnx(model, feeds(successor(state, results), 2)));
    expect(recovered).toEqual(successor(state, await runOnnx(model, feeds(state, 2))));
  });

  it('keeps no average where none is asked for', async () => {
    const without = { ...settings, averagingDecay: 0 };
    const lean = compile(traceTrainingStep(packs, fixed, objective, without), target);
    const { 'slopes/average': first, 'others/average': second, ...state } = initialState();
    expect([first, second]).not.toContain(undefined);
    const results = await runOnnx(lean, feeds(state, 1));
    expect(Object.keys(results).sort()).toEqual(
      [
        ...packs.flatMap(({ name }) => slotParts(without).map((part) => next(`${name}/${part}`))),
        ...['loss', 'gradientSize', 'accepted', 'sampleLoss'],
      ].sort(),
    );
  });
});
