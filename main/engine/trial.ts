/**
 * A trial of a device: a tiny Glow is trained for a few steps there, and the numbers are compared with the CPU's. It
 * goes through everything that real training needs: convolutions, their gradients, the optimiser, resident state.
 */
import * as a from '../../models/array.ts';
import { type CompileTarget, compile } from '../../models/compile/compile.ts';
import { contributionMaps } from '../../models/detectors/glow.ts';
import {
  type GlowSettings,
  glowParameterSpecs,
  initialGlowParameters,
} from '../../models/detectors/glow/parameters.ts';
import type { HostTensors, ResidentProgram, ResidentState } from '../../models/device.ts';
import { RandomStream } from '../../models/random.ts';
import { packData, packParameters } from '../../models/training/packing.ts';
import { next, slotParts, traceTrainingStep } from '../../models/training/training-step.ts';

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

const SETTINGS: GlowSettings = { channels: 1, scales: 2, stepsPerScale: 1, hiddenChannels: 8 };
const BATCH = 4;
const SIDE = 8;
const STEPS = 3;
const STEP_SIZE = 1e-3;
const TRAINING = { optimiser: { kind: 'adamax', weightDecay: 0 }, averagingDecay: 0 } as const;

export function trainingTrial(target: CompileTarget): Trial {
  const specs = glowParameterSpecs(SETTINGS);
  const packs = packParameters(specs.filter(({ trained }) => trained));
  const fixed = specs
    .filter(({ trained }) => !trained)
    .map(({ name, shape }) => ({ name, shape, type: 'float32' as const }));
  const images = { name: 'images', shape: [BATCH, SETTINGS.channels, SIDE, SIDE], type: 'float32' as const };
  const program = traceTrainingStep(
    packs,
    fixed,
    {
      inputs: [images],
      evaluate(parameters, batch) {
        const input = batch[images.name];
        if (input === undefined) throw new RangeError('a batch without images');
        const maps = contributionMaps(SETTINGS, parameters, input, 'channels-last');
        const total = maps.map((map) => a.sum(map, [1, 2])).reduce(a.add);
        return { loss: a.negative(a.mean(total)), report: {} };
      },
    },
    TRAINING,
  );

  const parameters = initialGlowParameters(SETTINGS, 1);
  const data = packData(packs, parameters);
  const initial: Record<string, HostTensors[string]> = {};
  const successors: Record<string, string> = {};
  for (const { name, size } of packs) {
    for (const part of slotParts(TRAINING)) {
      const contents = part === 'parameter' ? data[name] : undefined;
      initial[`${name}/${part}`] = { data: contents ?? new Float32Array(size), shape: [size] };
      successors[`${name}/${part}`] = next(name, part);
    }
  }
  const constants = Object.fromEntries(
    fixed.map(({ name, shape }) => [name, { data: parameters[name] ?? new Float32Array(), shape }]),
  );
  const random = new RandomStream(1, 'trial images');
  const batches = Array.from({ length: STEPS }, (_, step) => ({
    images: {
      data: Float32Array.from(
        { length: BATCH * SETTINGS.channels * SIDE * SIDE },
        () => random.normal() * 0.1,
      ),
      shape: images.shape,
    },
    stepSize: scalar(STEP_SIZE / (1 - 0.9 ** (step + 1))),
    secondCorrection: scalar(1),
  }));
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
 * NaN when either holds one.
 */
export function difference(outcome: TrialOutcome, reference: TrialOutcome): number {
  return Math.max(
    relativeDistance(outcome.losses, reference.losses),
    ...outcome.parameters.map((values, index) =>
      relativeDistance(values, reference.parameters[index] ?? new Float32Array()),
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
