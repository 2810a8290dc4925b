/** Fitting flows to vectors: what a method's `prepare` returns, whatever the vectors are of. */
import type { Environment } from '../../device.ts';
import { type VectorFlowSettings, initialVectorFlow } from '../../flows/vector-flow.ts';
import type { PresetName } from '../../preset-name.ts';
import { type FitChoices, type FitSettings, averagingOver } from '../../run-settings.ts';
import { vectorSamples } from '../../samples.ts';
import type { ParameterData, Trainable } from '../detector.ts';
import type { PreparedFit } from '../method.ts';
import { logDensities } from './flow-density.ts';
import {
  FLOOR,
  asContrastFlow,
  contrastFlow,
  contrastiveObjective,
  marginObjective,
  plainObjective,
  ratioObjective,
} from './flow-objectives.ts';
import { dataOf } from './named-data.ts';
import { type VectorSets, spreadOf, withNoise } from './vector-sets.ts';

/** Width, rate and length are not published: these are ours. */
export interface FlowFitSettings {
  readonly blocks: number;
  readonly hidden: number;
  /** Deviation of the normal noise on training vectors, in units of the root mean square of their own deviations. */
  readonly noise: number;
  /** In-distribution vectors a step, and as many of the contrast set. */
  readonly batchSize: number;
  readonly learningRate: number;
  readonly steps: number;
}

/** How ε is chosen, in nats of log-density. */
export type FloorSettings =
  | { readonly kind: 'given'; readonly floor: number }
  /** From a plain flow that is fitted first: this quantile of its in-distribution log-density, and so much more. */
  | { readonly kind: 'quantile'; readonly quantile: number; readonly above: number };

const PRESETS: Readonly<Record<PresetName, FlowFitSettings>> = {
  tiny: { blocks: 2, hidden: 16, noise: 0.4, batchSize: 32, learningRate: 5e-3, steps: 60 },
  // Short, and slow: a few hundred vectors are soon learned by heart (docs/decisions/flows-on-features.md).
  quick: { blocks: 8, hidden: 64, noise: 0.4, batchSize: 128, learningRate: 3e-4, steps: 150 },
  balanced: { blocks: 8, hidden: 256, noise: 0.4, batchSize: 256, learningRate: 1e-3, steps: 6000 },
  paper: { blocks: 8, hidden: 512, noise: 0.4, batchSize: 256, learningRate: 5e-4, steps: 20_000 },
};

export function flowFitSettings(preset: PresetName, choices: FitChoices = {}): FlowFitSettings {
  const usual = PRESETS[preset];
  return { ...usual, batchSize: choices.batchSize ?? usual.batchSize, steps: choices.steps ?? usual.steps };
}

export function flowOf({ blocks, hidden }: FlowFitSettings, dimensions: number): VectorFlowSettings {
  return { dimensions, blocks, hidden };
}

export function plainFit(
  environment: Environment,
  sets: VectorSets,
  settings: FlowFitSettings,
  seed: number,
): PreparedFit {
  const common = commonOf(environment, sets, settings, seed);
  return {
    ...common.fit(plainObjective(common.flow, settings.batchSize), ['vectors'], common.initial),
    measure: async (parameters) => -mean(await common.heldOut(parameters)),
  };
}

/** With ε from a plain flow, that is fitted first and gone on from. */
export function contrastiveFit(
  environment: Environment,
  sets: VectorSets,
  settings: FlowFitSettings,
  floor: FloorSettings,
  seed: number,
): PreparedFit {
  const common = commonOf(environment, sets, settings, seed);
  const against = (initial: ParameterData, epsilon: number): PreparedFit => ({
    ...common.fit(contrastiveObjective(common.flow, settings.batchSize), ['vectors', 'contrast'], {
      ...initial,
      [FLOOR]: Float32Array.of(epsilon),
    }),
    measure: async (parameters) => {
      const contrast = await common.heldOutContrast(parameters);
      return mean(contrast.map((value) => Math.max(value, epsilon))) - mean(await common.heldOut(parameters));
    },
  });
  if (floor.kind === 'given') return against(common.initial, floor.floor);
  return {
    ...plainFit(environment, sets, settings, seed),
    laterSteps: settings.steps,
    next: async (parameters) =>
      against(parameters, quantileOf(await common.heldOut(parameters), floor.quantile) + floor.above),
  };
}

/** @param margin in nats */
export function marginFit(
  environment: Environment,
  sets: VectorSets,
  settings: FlowFitSettings,
  margin: number,
  seed: number,
): PreparedFit {
  const common = commonOf(environment, sets, settings, seed);
  return {
    ...common.fit(
      marginObjective(common.flow, settings.batchSize, margin),
      ['vectors', 'contrast'],
      common.initial,
    ),
    measure: async (parameters) => {
      const normal = await common.heldOut(parameters);
      const contrast = await common.heldOutContrast(parameters);
      const pairs = normal.map((value, at) =>
        Math.max(0, margin + (contrast[at % contrast.length] ?? 0) - value),
      );
      return mean(pairs) - mean(normal);
    },
  };
}

/** Two flows at once: their parameters are told apart by {@link contrastFlow}. */
export function ratioFit(
  environment: Environment,
  sets: VectorSets,
  settings: FlowFitSettings,
  seed: number,
): PreparedFit {
  const common = commonOf(environment, sets, settings, seed);
  const other = commonOf(environment, { ...sets, normal: sets.contrast }, settings, seed).initial;
  return {
    ...common.fit(ratioObjective(common.flow, settings.batchSize), ['vectors', 'contrast'], {
      ...common.initial,
      ...asContrastFlow(other),
    }),
    measure: async (parameters) =>
      -mean(await common.heldOut(parameters)) - mean(await common.heldOutContrast(contrastFlow(parameters))),
  };
}

/** What all of these fits have in common. */
function commonOf(environment: Environment, sets: VectorSets, settings: FlowFitSettings, seed: number) {
  const flow = flowOf(settings, sets.dimensions);
  const { mean: centre, deviation, unit } = spreadOf(sets.normal, sets.dimensions);
  const noise = settings.noise * unit;
  const input = {
    mean: centre,
    // A dimension that never moves would be scaled to no end.
    deviation: deviation.map((value) => Math.max(Math.hypot(value, noise), LEAST_DEVIATION * unit)),
  };
  const initial: ParameterData = initialVectorFlow(flow, input, seed);
  // As in training: the density is that of vectors with noise.
  const heldOut = withNoise(sets.heldOut, noise, 'held-out noise');
  const heldOutContrast = withNoise(sets.heldOutContrast, noise, 'held-out contrast noise');
  const vectors = { vectors: sets.normal, contrast: sets.contrast };
  return {
    flow,
    initial,
    heldOut: (parameters: ParameterData) => logDensities(environment, flow, parameters, heldOut),
    heldOutContrast: (parameters: ParameterData) =>
      logDensities(environment, flow, parameters, heldOutContrast),
    fit: (
      trainable: Trainable,
      [first, ...others]: ['vectors', ...'contrast'[]],
      start: ParameterData,
    ): Omit<PreparedFit, 'measure'> => {
      const batches = (name: 'vectors' | 'contrast') => ({
        name,
        samples: vectorSamples(vectors[name], sets.dimensions, noise),
        size: settings.batchSize,
      });
      return {
        trainable,
        inputs: [batches(first), ...others.map(batches)],
        initial: Object.fromEntries(
          trainable.parameters.map(({ name }) => [name, dataOf(start, name)] as const),
        ),
        run: runOf(settings),
        finish: (parameters) => Promise.resolve(parameters),
      };
    },
  };
}

const LEAST_DEVIATION = 1e-3;

function runOf({ learningRate, steps }: FlowFitSettings): FitSettings {
  return {
    optimiser: { kind: 'adam', weightDecay: 0 },
    schedule: {
      peak: learningRate,
      warmupSteps: Math.min(100, Math.round(steps / 20)),
      totalSteps: steps,
      decay: 'cosine',
    },
    averagingDecay: averagingOver(steps),
    // Few vectors are learned by heart early in the run, above all against a contrast set.
    evaluateEvery: Math.max(1, Math.round(steps / 20)),
    patience: 5,
  };
}

/** Without interpolation: the value that this share of all is below. */
function quantileOf(values: Float32Array, share: number): number {
  const sorted = values.toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
