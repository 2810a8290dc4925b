import { numpy as np } from '@jax-js/jax';
import { describe, expect, it } from 'vitest';
import type { OptimiserSettings } from '../../../models/run-settings.ts';
import { initialMoments, stepScalars, update } from '../../../models/training/optimisers.ts';
import type { NamedTensors } from '../../../models/compile/trace.ts';
import { type Program, TARGETS, compileAndRun, evaluate, expectClose } from '../evaluate.ts';
import { type Sample, type Samples, floats, sample } from '../samples.ts';

/** Kingma & Ba 2015, algorithms 1 and 2, with an L2 penalty, one number at a time in float64. */
function reference(
  { kind, weightDecay }: OptimiserSettings,
  start: readonly number[],
  gradients: readonly (readonly number[])[],
  learningRate: number,
): { parameter: number[]; first: number[]; second: number[] } {
  const parameter = [...start];
  const first = start.map(() => 0);
  const second = start.map(() => 0);
  gradients.forEach((gradient, position) => {
    const t = position + 1;
    parameter.forEach((theta, i) => {
      const g = (gradient[i] ?? 0) + weightDecay * theta;
      const m = 0.9 * (first[i] ?? 0) + 0.1 * g;
      const old = second[i] ?? 0;
      first[i] = m;
      if (kind === 'adam') {
        const v = 0.999 * old + 0.001 * g * g;
        second[i] = v;
        parameter[i] =
          theta - (learningRate * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
      } else {
        const u = Math.max(0.999 * old, Math.abs(g));
        second[i] = u;
        parameter[i] = theta - (learningRate / (1 - 0.9 ** t)) * (m / u);
      }
    });
  });
  return { parameter, first, second };
}

function program(settings: OptimiserSettings): Program {
  return (inputs: NamedTensors) => {
    const get = (name: string) => {
      const tensor = inputs[name];
      if (tensor === undefined) throw new RangeError(`no input ${name}`);
      return tensor;
    };
    const slot = { parameter: get('parameter'), first: get('first'), second: get('second') };
    const scalars = { stepSize: get('stepSize'), secondCorrection: get('secondCorrection') };
    const next = update(settings, slot, get('gradient'), scalars, np.less(0, get('accepted')));
    return { parameter1: next.parameter, first1: next.first, second1: next.second };
  };
}

function stepInputs(slot: Samples, gradient: Sample, rate: number, step: number, accepted = true): Samples {
  const { stepSize, secondCorrection } = stepScalars(rate, step);
  return {
    ...slot,
    gradient,
    stepSize: sample([stepSize], []),
    secondCorrection: sample([secondCorrection], []),
    accepted: sample([accepted ? 1 : 0], []),
  };
}

const settings: OptimiserSettings[] = [
  { kind: 'adam', weightDecay: 0 },
  { kind: 'adam', weightDecay: 0.05 },
  { kind: 'adamax', weightDecay: 0 },
  { kind: 'adamax', weightDecay: 0.05 },
];

const outputs = { parameter: 'parameter1', first: 'first1', second: 'second1' } as const;
const rate = 0.02;
const start = floats([6], 1);
const gradients = [2, 3, 4, 5].map((seed) => floats([6], seed));

describe.each(settings)('$kind with a weight decay of $weightDecay', (optimiser) => {
  it.each(TARGETS)('steps as the paper says, compiled as %s', async (target) => {
    const moments = initialMoments(6);
    let slot: Samples = {
      parameter: start,
      first: { type: 'float32', shape: [6], data: moments.first },
      second: { type: 'float32', shape: [6], data: moments.second },
    };
    for (const [position, gradient] of gradients.entries()) {
      const results = await compileAndRun(
        program(optimiser),
        stepInputs(slot, gradient, rate, position + 1),
        target,
      );
      slot = Object.fromEntries(
        Object.entries(outputs).map(([part, name]) => [part, results[name] ?? start]),
      );
      const expected = reference(
        optimiser,
        Array.from(start.data),
        gradients.slice(0, position + 1).map(({ data }) => Array.from(data)),
        rate,
      );
      for (const part of ['parameter', 'first', 'second'] as const)
        expectClose(slot[part]?.data ?? [], expected[part], 3e-6, `${part} after step ${position + 1}`);
    }
  });

  it.each([Number.NaN, Infinity, -Infinity, 1e38])(
    'leaves no trace of a refused gradient of %d',
    async (value) => {
      const gradient = sample([value, 1, value, -1, 0, value], [6]);
      const slot = { parameter: start, first: floats([6], 7), second: floats([6], 8, 0, 2) };
      const inputs = stepInputs(slot, gradient, rate, 3, false);
      const results = [
        evaluate(program(optimiser), inputs),
        ...(await Promise.all(TARGETS.map((target) => compileAndRun(program(optimiser), inputs, target)))),
      ];
      for (const { parameter1, first1, second1 } of results) {
        expect(parameter1?.data).toEqual(slot.parameter.data);
        expect(first1?.data).toEqual(slot.first.data);
        expect(second1?.data).toEqual(slot.second.data);
      }
    },
  );

  it('leaves parameters without gradient where they are', async () => {
    const zero = sample([0, 0, 0, 0, 0, 0], [6]);
    const inputs = stepInputs({ parameter: start, first: zero, second: zero }, zero, rate, 1);
    for (const target of TARGETS) {
      const { parameter1 } = await compileAndRun(program({ ...optimiser, weightDecay: 0 }), inputs, target);
      expect(parameter1?.data).toEqual(start.data);
    }
  });
});

describe('stepScalars', () => {
  it('correct the moments of the first step fully', () => {
    const { stepSize, secondCorrection } = stepScalars(0.5, 1);
    expect(stepSize).toBeCloseTo(5, 12);
    expect(secondCorrection).toBeCloseTo(1000, 9);
  });

  it('approach the learning rate and 1', () => {
    const { stepSize, secondCorrection } = stepScalars(0.5, 100_000);
    expect(stepSize).toBeCloseTo(0.5, 12);
    expect(secondCorrection).toBeCloseTo(1, 12);
  });
});
