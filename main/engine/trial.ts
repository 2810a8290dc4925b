/**
 * A trial of a device: a tiny Glow is trained for a few steps there, and the numbers are compared with the CPU's. It
 * goes through everything that real training needs: convolutions, their gradients, the optimiser, resident state.
 */
import { compile } from '../../models/compile/compile.ts';
import { type GlowSettings, glowModel } from '../../models/detectors/glow/model.ts';
import type { CompileTarget, HostTensors, ResidentProgram, ResidentState } from '../../models/device.ts';
import { elementsOf } from '../../models/images.ts';
import { RandomStream } from '../../models/random.ts';
import { initialMoments, stepScalars } from '../../models/training/optimisers.ts';
import { packData, packParameters } from '../../models/training/packing.ts';
import { next, traceTrainingStep } from '../../models/training/training-step.ts';

export interface Trial {
  readonly model: Uint8Array<ArrayBuffer>;
  readonly state: ResidentState;
  /** What goes in at each step. */
  readonly batches: readonly HostTensors[];
}

/** What a device made of a trial. */
export interface TrialOutcome {
  /** One per step. */
  readonly losses: readonly number[];
  /** Every trained parameter after the last step. */
  readonly parameters: readonly Float32Array<ArrayBuffer>[];
}

export interface TrialSize {
  readonly glow: GlowSettings;
  /** Side of the square images, in pixels. */
  readonly side: number;
  readonly batch: number;
  readonly steps: number;
}

/** Small, with the shapes of a real one: convolutions of 6 channels, as on RGB images, are what a driver got wrong. */
const TINY: TrialSize = {
  glow: { channels: 3, scales: 2, stepsPerScale: 1, hiddenChannels: 8 },
  side: 8,
  batch: 4,
  steps: 3,
};

const LEARNING_RATE = 1e-3;

/**
 * Added to every parameter, uniform in ±NOISE: a fresh Glow's couplings end in zeros, so that errors before them would not
 * show.
 */
const NOISE = 0.1;

const TRAINING = { optimiser: { kind: 'adamax', weightDecay: 0 }, averagingDecay: 0 } as const;

export function trainingTrial(target: CompileTarget, { glow, side, batch, steps }: TrialSize = TINY): Trial {
  const model = glowModel(glow);
  const shape = { channels: glow.channels, height: side, width: side };
  const packs = packParameters(model.parameters.filter(({ trained }) => trained));
  const fixed = model.parameters
    .filter(({ trained }) => !trained)
    .map((spec) => ({ name: spec.name, shape: spec.shape, type: 'float32' as const }));
  const layout = target === 'cpu-training' ? 'channels-last' : 'channels-first';
  const program = traceTrainingStep(packs, fixed, model.objective(batch, shape, layout), TRAINING);

  const parameters = model.initialParameters(1);
  const vectors = packData(packs, parameters);
  const random = new RandomStream(1, 'trial');
  const shaken = (values: Float32Array) =>
    Float32Array.from(values, (value) => value + NOISE * (2 * random.uniform() - 1));
  const initial = Object.fromEntries(
    packs.flatMap(({ name, size }) => {
      const slot = { parameter: shaken(vectors[name] ?? new Float32Array(size)), ...initialMoments(size) };
      return Object.entries(slot).map(([part, data]) => [`${name}/${part}`, { data, shape: [size] }]);
    }),
  );
  const successors = Object.fromEntries(Object.keys(initial).map((name) => [name, next(name)]));
  const constants = Object.fromEntries(
    fixed.map((spec) => [
      spec.name,
      { data: parameters[spec.name] ?? new Float32Array(), shape: spec.shape },
    ]),
  );
  const batches = Array.from({ length: steps }, (_, step) => {
    const { stepSize, secondCorrection } = stepScalars(LEARNING_RATE, step + 1);
    const pixels = Float32Array.from({ length: batch * elementsOf(shape) }, () => random.normal() * 0.1);
    return {
      images: { data: pixels, shape: [batch, glow.channels, side, side] },
      stepSize: scalar(stepSize),
      secondCorrection: scalar(secondCorrection),
    };
  });
  return { model: compile(program, target), state: { initial, successors, constants }, batches };
}

function scalar(value: number): HostTensors[string] {
  return { data: Float32Array.of(value), shape: [] };
}

/** Runs all steps. `stepMs` is the fastest one's time: the first may also compile shaders. */
export async function outcomeOf(
  { batches }: Pick<Trial, 'batches'>,
  program: ResidentProgram,
): Promise<TrialOutcome & { readonly stepMs: number }> {
  const losses: number[] = [];
  let stepMs = Infinity;
  for (const batch of batches) {
    const started = performance.now();
    losses.push((await program.run(batch))['loss']?.data[0] ?? NaN);
    stepMs = Math.min(stepMs, performance.now() - started);
  }
  const state = await program.state();
  const parameters = Object.entries(state).flatMap(([name, { data }]) =>
    name.endsWith('/parameter') && data instanceof Float32Array ? [data] : [],
  );
  return { losses, parameters, stepMs };
}

/**
 * How far two outcomes are apart: the larger of the losses' relative difference and the parameters' (in the 2-norm,
 * because an optimiser that divides by the gradient's size turns rounding into a step where the gradient is zero).
 * NaN when numbers are missing or not finite.
 */
export function difference(outcome: TrialOutcome, reference: TrialOutcome): number {
  return Math.max(
    relativeDistance(outcome.losses, reference.losses),
    ...reference.parameters.map((values, index) =>
      relativeDistance(outcome.parameters[index] ?? new Float32Array(), values),
    ),
  );
}

function relativeDistance(values: ArrayLike<number>, reference: ArrayLike<number>): number {
  if (values.length !== reference.length || values.length === 0) return NaN;
  let distance = 0;
  let size = 0;
  for (let index = 0; index < values.length; index++) {
    const expected = reference[index] ?? NaN;
    distance += ((values[index] ?? NaN) - expected) ** 2;
    size += expected ** 2;
  }
  return Math.sqrt(distance / size);
}
