import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import * as a from '../../../models/array.ts';
import { type NamedTensors, type Trainable, averageOf } from '../../../models/detectors/detector.ts';
import type { Environment } from '../../../models/device.ts';
import type { BatchStream } from '../../../models/training/batch-stream.ts';
import type { Checkpoint } from '../../../models/training/checkpoint.ts';
import { Training } from '../../../models/training/training.ts';
import { cpuEnvironment } from '../cpu-environment.ts';
import { expectClose } from '../evaluate.ts';

function get(tensors: NamedTensors, name: string): a.Tensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new RangeError(`no tensor ${name}`);
  return tensor;
}

/** (p − x)² + (p − m)²/2, m the mean of three earlier moving averages of p, which each step pushes on by one. */
const trainable: Trainable = {
  description: 'a parameter that is drawn to where its average was',
  parameters: [{ name: 'p', shape: [1], trained: true }],
  carried: [{ name: 'memory', shape: [3, 1] }],
  objective: () => ({
    inputs: [{ name: 'x', shape: [1], type: 'float32' }],
    evaluate(parameters, batch) {
      const [p, memory] = [get(parameters, 'p'), get(batch, 'memory')];
      const average = get(parameters, averageOf('p'));
      const away = a.subtract(p, get(batch, 'x'));
      const back = a.subtract(p, a.mean(memory));
      const sampleLoss = a.add(a.square(away), a.multiply(a.square(back), 0.5));
      const [kept = memory] = a.split(memory, [2, 1], 0);
      return {
        loss: a.mean(sampleLoss),
        sampleLoss,
        carried: { memory: a.concat([a.reshape(average, [1, 1]), kept], 0) },
      };
    },
  }),
};

const settings = {
  optimiser: { kind: 'adamax', weightDecay: 0 },
  schedule: { peak: 0.1, warmupSteps: 0, totalSteps: 100, decay: 'constant' },
  averagingDecay: 0.75,
} as const;

const stream = (value: (step: number) => number): BatchStream => ({
  normal: 'x',
  batch: (step) => Promise.resolve({ x: { data: Float32Array.of(value(step)), shape: [1] } }),
});
const targets = (step: number) => Math.sin(step);

let environment: Environment;
beforeAll(async () => {
  environment = await cpuEnvironment();
});

async function started(batches: BatchStream, checkpoint?: Checkpoint): Promise<Training> {
  const training = await Training.start(
    environment,
    trainable,
    settings,
    batches,
    checkpoint === undefined
      ? {
          kind: 'parameters',
          parameters: { p: Float32Array.of(2), memory: Float32Array.of(1, 0.5, 0.25) },
        }
      : { kind: 'resume', checkpoint },
  );
  onTestFinished(() => training.dispose());
  return training;
}

/** The same in float64. */
function reference(steps: number): { p: number; average: number; memory: number[]; losses: number[] } {
  let [p, average, first, second] = [2, 2, 0, 0];
  let memory = [1, 0.5, 0.25];
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const m = memory.reduce((sum, value) => sum + value, 0) / 3;
    losses.push((p - targets(step)) ** 2 + (p - m) ** 2 / 2);
    const gradient = 2 * (p - targets(step)) + (p - m);
    memory = [average, ...memory.slice(0, 2)];
    first = 0.9 * first + 0.1 * gradient;
    second = Math.max(0.999 * second, Math.abs(gradient));
    p -= ((0.1 / (1 - 0.9 ** (step + 1))) * first) / (second + 1e-8);
    average = 0.75 * average + 0.25 * p;
  }
  return { p, average, memory, losses };
}

describe('what an objective hands from step to step', () => {
  it('is what it made of the averages before the step, and the next step sees it', async () => {
    const training = await started(stream(targets));
    const losses: number[] = [];
    for (let step = 0; step < 6; step++) losses.push((await training.takeStep()).meanSampleLoss);
    const expected = reference(6);
    expectClose(losses, expected.losses, 1e-5);
    const { state } = await training.checkpoint();
    expectClose(state['memory'] ?? [], expected.memory, 1e-5);
    expectClose(state['pack0/average'] ?? [], [expected.average], 1e-5);
  });

  it('goes on from a checkpoint as if never stopped', async () => {
    const whole = await started(stream(targets));
    for (let step = 0; step < 6; step++) await whole.takeStep();
    const before = await started(stream(targets));
    for (let step = 0; step < 3; step++) await before.takeStep();
    const checkpoint = structuredClone(await before.checkpoint());
    await before.takeStep();
    const after = await started(stream(targets), checkpoint);
    for (let step = 0; step < 3; step++) await after.takeStep();
    expect(await after.checkpoint()).toEqual(await whole.checkpoint());
  });

  it('is left as it was by a step that is rejected', async () => {
    const training = await started(stream((step) => (step === 2 ? Number.NaN : targets(step))));
    await training.takeStep();
    await training.takeStep();
    const before = await training.checkpoint();
    expect((await training.takeStep()).accepted).toBe(false);
    expect((await training.checkpoint()).state).toEqual(before.state);
  });

  it('is no parameter of the fitted model', async () => {
    const training = await started(stream(targets));
    expect(Object.keys(await training.parameters())).toEqual(['p']);
  });
});
