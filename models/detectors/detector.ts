import type { InputSpec, TracedProgram } from '../compile/trace.ts';
import type { Layout } from '../flows/layout.ts';
import type { ImageShape } from '../images.ts';
import type { Tensor } from '../array.ts';

export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether the optimiser may change it. */
  readonly trained: boolean;
}

export type ParameterData = Readonly<Record<string, Float32Array<ArrayBuffer>>>;

export type NamedTensors = Readonly<Record<string, Tensor>>;

/** What an optimiser minimises, as a function of parameters and one batch. */
export interface Objective {
  /** The batch's tensors, by name. */
  readonly inputs: readonly InputSpec[];
  /**
   * @param parameters by name, and where the run keeps moving averages those as they were before the step ({@link averageOf})
   * @param batch by name, beside what the step before left of {@link Trainable.carried}
   */
  evaluate(parameters: NamedTensors, batch: NamedTensors): Evaluation;
}

export interface Evaluation {
  /** A scalar. */
  readonly loss: Tensor;
  /** `[B]`, of each in-distribution sample, for a likelihood −log p in nats. */
  readonly sampleLoss: Tensor;
  /** What the next step finds of {@link Trainable.carried}, by name. */
  readonly carried?: NamedTensors;
}

/** Under which an objective finds the moving average of a trained parameter. */
export function averageOf(parameter: string): string {
  return `average/${parameter}`;
}

/** Anything that gradient descent can fit. */
export interface Trainable {
  /** Everything that its objective depends on, as text: names compiled graphs in the cache. */
  readonly description: string;
  readonly parameters: readonly ParameterSpec[];
  /**
   * Tensors that each step hands to the next, such as a queue of earlier outputs: state of the run as the optimiser's is, and
   * like it unchanged by a step that is rejected. Their first values are among the initial parameters.
   */
  readonly carried?: readonly { readonly name: string; readonly shape: readonly number[] }[];
  objective(layout: Layout): Objective;
}

/** The output of {@link LikelihoodModel.traceInitialisation} that holds a parameter's value. */
export function initialised(parameter: string): string {
  return `initialised/${parameter}`;
}

/** A model of image likelihood that can be fitted: one of these per detector, with its settings bound in. */
export interface LikelihoodModel {
  /** Everything that its graphs depend on, as text: names compiled graphs in the cache. */
  readonly description: string;
  readonly scales: number;
  readonly parameters: readonly ParameterSpec[];
  initialParameters(seed: number): ParameterData;
  objective(batch: number, shape: ImageShape, layout: Layout): Objective;
  /** Images `[B, C, H, W]` and parameters → `initialised/<name>` for each parameter that is set from data. */
  traceInitialisation(batch: number, shape: ImageShape): TracedProgram;
  /** Images and parameters → `map<i>`, the contribution map of each scale, `[B, h_i, w_i]` in nats. */
  traceScoring(batch: number, shape: ImageShape): TracedProgram;
}

/** What scoring asks of a likelihood model. */
export type ScoredModel = Pick<LikelihoodModel, 'scales' | 'traceScoring'>;
