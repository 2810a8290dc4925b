import type { ParameterData, ParameterSpec, Trainable } from '../detectors/detector.ts';
import type { Environment, HostTensor, HostTensors, ResidentProgram } from '../device.ts';
import type { TrainingSettings } from '../run-settings.ts';
import type { BatchStream } from './batch-stream.ts';
import { type Checkpoint, type FitProgress, NO_PROGRESS } from './checkpoint.ts';
import { dataOf, floats } from '../detectors/shared/named-data.ts';
import { initialMoments, stepScalars } from './optimisers.ts';
import { type Pack, packData, packParameters, unpackData } from './packing.ts';
import { learningRate } from './schedule.ts';
import { trainingGraph } from './training-graph.ts';
import { type TrainingStepSettings, next, slotParts } from './training-step.ts';

export interface StepReport {
  readonly step: number;
  /** Mean loss of the batch's in-distribution samples, without those that have none. */
  readonly meanSampleLoss: number;
  /** False when the step was skipped because the gradient was not finite. */
  readonly accepted: boolean;
  /** Samples whose loss was not finite and that were replaced before the step was taken again. */
  readonly droppedSamples: number;
}

/** The run's weights go bad, not a single batch: this many rejected steps on end. */
export class TrainingUnstable extends Error {
  constructor(step: number) {
    super(
      `Training became unstable at step ${step}: the gradient is no longer finite. ` +
        'Fit again with a lower learning rate, or resume from the last checkpoint with another seed.',
    );
    this.name = 'TrainingUnstable';
  }
}
const MOST_REJECTED_ON_END = 20;

/** Where a run starts: weights, or a checkpoint of the same run. */
export type TrainingStart =
  | { readonly kind: 'parameters'; readonly parameters: ParameterData }
  | { readonly kind: 'resume'; readonly checkpoint: Checkpoint };

/** One run of gradient descent on a device. The state stays there; each step is one run of one graph. */
export class Training {
  readonly #program: ResidentProgram;
  readonly #packs: readonly Pack[];
  readonly #fixed: ParameterData;
  readonly #settings: TrainingSettings;
  readonly #batches: BatchStream;
  #step: number;
  #rejectedOnEnd = 0;
  /** The loop's memory; written into checkpoints. */
  progress: FitProgress;

  private constructor(
    program: ResidentProgram,
    packs: readonly Pack[],
    fixed: ParameterData,
    settings: TrainingSettings,
    batches: BatchStream,
    start: { step: number; progress: FitProgress },
  ) {
    this.#program = program;
    this.#packs = packs;
    this.#fixed = fixed;
    this.#settings = settings;
    this.#batches = batches;
    this.#step = start.step;
    this.progress = start.progress;
  }

  static async start(
    environment: Environment,
    model: Trainable,
    settings: TrainingSettings,
    batches: BatchStream,
    start: TrainingStart,
  ): Promise<Training> {
    const stepSettings = { optimiser: settings.optimiser, averagingDecay: settings.averagingDecay };
    const packs = packParameters(model.parameters.filter(({ trained }) => trained));
    const fixedSpecs = model.parameters.filter(({ trained }) => !trained);
    const { state, fixed } =
      start.kind === 'resume'
        ? copied(start.checkpoint)
        : initialState(packs, fixedSpecs, model.carried ?? [], start.parameters, stepSettings);
    const graph = await trainingGraph(environment, model, stepSettings);
    const program = await environment.device.loadResident(graph, {
      initial: shaped(state, model.carried ?? []),
      successors: Object.fromEntries(Object.keys(state).map((name) => [name, next(name)])),
      constants: Object.fromEntries(
        fixedSpecs.map(({ name, shape }) => [name, { data: dataOf(fixed, name), shape }]),
      ),
    });
    const from = start.kind === 'resume' ? start.checkpoint : { step: 0, progress: NO_PROGRESS };
    return new Training(program, packs, fixed, settings, batches, from);
  }

  /** Steps taken so far. */
  get step(): number {
    return this.#step;
  }

  /** @throws {TrainingUnstable} when steps keep being rejected. */
  async takeStep(): Promise<StepReport> {
    const index = this.#step;
    const step = index + 1;
    const first = await this.#run(step, await this.#batches.batch(index, 0));
    if (first.accepted) {
      this.#step = step;
      this.#rejectedOnEnd = 0;
      return { ...first.report, droppedSamples: 0 };
    }
    // Non-finite samples are replaced by finite ones, everything is drawn anew, and the step is taken again.
    const again = await this.#batches.batch(index, 1);
    const droppedSamples = replaceSamples(again[this.#batches.normal], first.losses);
    const second = await this.#run(step, again);
    this.#step = step;
    this.#rejectedOnEnd = second.accepted ? 0 : this.#rejectedOnEnd + 1;
    if (!second.accepted) {
      this.progress = { ...this.progress, rejectedSteps: this.progress.rejectedSteps + 1 };
      if (this.#rejectedOnEnd >= MOST_REJECTED_ON_END) throw new TrainingUnstable(step);
    }
    return { ...second.report, droppedSamples };
  }

  /** The weights to score with: the moving average where one is kept. */
  async parameters(): Promise<ParameterData> {
    const part = this.#settings.averagingDecay === 0 ? 'parameter' : 'average';
    const state = await this.#program.state();
    const vectors = Object.fromEntries(
      this.#packs.map(({ name }) => [name, floats(state[`${name}/${part}`], name)]),
    );
    return { ...unpackData(this.#packs, vectors), ...this.#fixed };
  }

  async checkpoint(): Promise<Checkpoint> {
    const state = await this.#program.state();
    return {
      step: this.#step,
      state: Object.fromEntries(Object.entries(state).map(([name, tensor]) => [name, floats(tensor, name)])),
      fixed: this.#fixed,
      progress: this.progress,
    };
  }

  async dispose(): Promise<void> {
    await this.#program.dispose();
  }

  async #run(
    step: number,
    batch: HostTensors,
  ): Promise<{ accepted: boolean; losses: Float32Array; report: Omit<StepReport, 'droppedSamples'> }> {
    const { stepSize, secondCorrection } = stepScalars(learningRate(this.#settings.schedule, step), step);
    const outputs = await this.#program.run({
      ...batch,
      stepSize: scalar(stepSize),
      secondCorrection: scalar(secondCorrection),
    });
    const losses = floats(outputs['sampleLoss'], 'sampleLoss');
    const accepted = floats(outputs['accepted'], 'accepted')[0] === 1;
    const finite = losses.filter(Number.isFinite);
    const meanSampleLoss = finite.reduce((sum, value) => sum + value, 0) / Math.max(1, finite.length);
    return { accepted, losses, report: { step, meanSampleLoss, accepted } };
  }
}

function initialState(
  packs: readonly Pack[],
  fixedSpecs: readonly ParameterSpec[],
  carried: readonly { readonly name: string }[],
  parameters: ParameterData,
  settings: TrainingStepSettings,
): { state: ParameterData; fixed: ParameterData } {
  const vectors = packData(packs, parameters);
  const state: Record<string, Float32Array<ArrayBuffer>> = {};
  for (const { name, size } of packs) {
    const vector = dataOf(vectors, name);
    const contents = { parameter: vector, ...initialMoments(size), average: vector.slice() };
    for (const part of slotParts(settings)) state[`${name}/${part}`] = contents[part];
  }
  for (const { name } of carried) state[name] = dataOf(parameters, name).slice();
  return { state, fixed: Object.fromEntries(fixedSpecs.map(({ name }) => [name, dataOf(parameters, name)])) };
}

/** The device takes the state over; whoever holds the checkpoint may resume from it again. */
function copied({ state, fixed }: Checkpoint): { state: ParameterData; fixed: ParameterData } {
  const copies = Object.entries(state).map(([name, data]) => [name, data.slice()] as const);
  return { state: Object.fromEntries(copies), fixed };
}

/** Puts finite samples in the places of non-finite ones; returns how many were replaced. */
function replaceSamples(samples: HostTensor | undefined, losses: Float32Array): number {
  if (samples === undefined) throw new RangeError('the batch has no in-distribution samples');
  const size = samples.data.length / losses.length;
  const good = [...losses.keys()].filter((index) => Number.isFinite(losses[index]));
  const bad = [...losses.keys()].filter((index) => !Number.isFinite(losses[index]));
  if (good.length === 0) return 0;
  bad.forEach((slot, position) => {
    const source = good[position % good.length] ?? 0;
    samples.data.copyWithin(slot * size, source * size, (source + 1) * size);
  });
  return bad.length;
}

/** Packs are vectors; what is carried has its own shape. */
function shaped(
  state: ParameterData,
  carried: readonly { readonly name: string; readonly shape: readonly number[] }[],
): HostTensors {
  const shapes = new Map(carried.map(({ name, shape }) => [name, shape]));
  return Object.fromEntries(
    Object.entries(state).map(([name, data]) => [name, { data, shape: shapes.get(name) ?? [data.length] }]),
  );
}

function scalar(value: number): HostTensor {
  return { data: Float32Array.of(value), shape: [] };
}
