import { compile } from '../compile/compile.ts';
import { elementCount } from '../compile/graph.ts';
import {
  type LikelihoodModel,
  type ParameterData,
  type ParameterSpec,
  initialised,
} from '../detectors/detector.ts';
import type { Environment, HostTensor, HostTensors, ResidentProgram } from '../device.ts';
import { type ImageSource, elementsOf } from '../images.ts';
import { RandomStream } from '../random.ts';
import type { Augmentation } from './augmentation.ts';
import { Batches } from './batches.ts';
import { type Checkpoint, type FitProgress, NO_PROGRESS } from './checkpoint.ts';
import { type OptimiserSettings, initialMoments, stepScalars } from './optimisers.ts';
import { type Pack, packData, packParameters, unpackData } from './packing.ts';
import { type Schedule, learningRate } from './schedule.ts';
import { trainingGraph } from './training-graph.ts';
import { type TrainingStepSettings, next, slotParts } from './training-step.ts';

export interface TrainingSettings {
  readonly batchSize: number;
  readonly seed: number;
  readonly optimiser: OptimiserSettings;
  readonly schedule: Schedule;
  /** Decay per step of the weights' moving average, which is what is scored with in the end; 0 for none. */
  readonly averagingDecay: number;
  readonly augmentation: Augmentation;
}

export interface StepReport {
  readonly step: number;
  /** Mean log-likelihood of the batch, nats. */
  readonly meanLogLikelihood: number;
  /** False when the step was skipped because the gradient was not finite. */
  readonly accepted: boolean;
  /** Samples whose likelihood was not finite and that were replaced before the step was taken again. */
  readonly droppedSamples: number;
}

/** Images that set the ActNorms: about eleven batches of 64 in the paper. */
const INITIALISATION_IMAGES = 704;

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

/** Where a run starts: new weights, those of another model (fine-tuning), or a checkpoint of the same run. */
export type Start =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'from-model'; readonly parameters: ParameterData }
  | { readonly kind: 'resume'; readonly checkpoint: Checkpoint };

/** One run of gradient descent on a device. The state stays there; each step is one run of one graph. */
export class Training {
  readonly #program: ResidentProgram;
  readonly #packs: readonly Pack[];
  readonly #fixed: ParameterData;
  readonly #settings: TrainingSettings;
  readonly #batches: Batches;
  readonly #imageShape: readonly number[];
  #step: number;
  #rejectedOnEnd = 0;
  /** The loop's memory; written into checkpoints. */
  progress: FitProgress;

  private constructor(
    program: ResidentProgram,
    packs: readonly Pack[],
    fixed: ParameterData,
    settings: TrainingSettings,
    source: ImageSource,
    start: { step: number; progress: FitProgress },
  ) {
    this.#program = program;
    this.#packs = packs;
    this.#fixed = fixed;
    this.#settings = settings;
    this.#batches = new Batches(source, settings.batchSize, settings.seed, settings.augmentation);
    this.#imageShape = [settings.batchSize, source.shape.channels, source.shape.height, source.shape.width];
    this.#step = start.step;
    this.progress = start.progress;
  }

  static async start(
    environment: Environment,
    model: LikelihoodModel,
    settings: TrainingSettings,
    source: ImageSource,
    start: Start,
  ): Promise<Training> {
    const stepSettings = { optimiser: settings.optimiser, averagingDecay: settings.averagingDecay };
    const packs = packParameters(model.parameters.filter(({ trained }) => trained));
    const fixedSpecs = model.parameters.filter(({ trained }) => !trained);
    const { state, fixed } =
      start.kind === 'resume'
        ? copied(start.checkpoint)
        : initialState(
            packs,
            fixedSpecs,
            start.kind === 'fresh'
              ? await initialisedParameters(environment, model, settings.seed, source)
              : start.parameters,
            stepSettings,
          );
    const graph = await trainingGraph(environment, model, settings.batchSize, source.shape, stepSettings);
    const program = await environment.device.loadResident(graph, {
      initial: shaped(state),
      successors: Object.fromEntries(Object.keys(state).map((name) => [name, next(name)])),
      constants: Object.fromEntries(
        fixedSpecs.map(({ name, shape }) => [name, { data: dataOf(fixed, name), shape }]),
      ),
    });
    const from = start.kind === 'resume' ? start.checkpoint : { step: 0, progress: NO_PROGRESS };
    return new Training(program, packs, fixed, settings, source, from);
  }

  /** Numbers in one image. */
  get dimensions(): number {
    return elementCount(this.#imageShape.slice(1));
  }

  /** Steps taken so far. */
  get step(): number {
    return this.#step;
  }

  /** @throws {TrainingUnstable} when steps keep being rejected. */
  async takeStep(): Promise<StepReport> {
    const index = this.#step;
    const step = index + 1;
    const first = await this.#run(step, await this.#batches.input(index));
    if (first.accepted) {
      this.#step = step;
      this.#rejectedOnEnd = 0;
      return { ...first.report, droppedSamples: 0 };
    }
    // Non-finite samples are replaced by finite ones, everything is drawn anew, and the step is taken again.
    const again = await this.#batches.input(index, 1);
    const droppedSamples = replaceSamples(again, first.likelihoods);
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
    images: Float32Array<ArrayBuffer>,
  ): Promise<{ accepted: boolean; likelihoods: Float32Array; report: Omit<StepReport, 'droppedSamples'> }> {
    const { stepSize, secondCorrection } = stepScalars(learningRate(this.#settings.schedule, step), step);
    const outputs = await this.#program.run({
      images: { data: images, shape: this.#imageShape },
      stepSize: scalar(stepSize),
      secondCorrection: scalar(secondCorrection),
    });
    const likelihoods = floats(outputs['logLikelihood'], 'logLikelihood');
    const accepted = floats(outputs['accepted'], 'accepted')[0] === 1;
    const finite = likelihoods.filter(Number.isFinite);
    const meanLogLikelihood = finite.reduce((sum, value) => sum + value, 0) / Math.max(1, finite.length);
    return { accepted, likelihoods, report: { step, meanLogLikelihood, accepted } };
  }
}

/** New parameters, with those that depend on data set from images drawn from the source. */
async function initialisedParameters(
  environment: Environment,
  model: LikelihoodModel,
  seed: number,
  source: ImageSource,
): Promise<ParameterData> {
  const { shape } = source;
  const initial = model.initialParameters(seed);
  const count = INITIALISATION_IMAGES;
  const bytes = await environment.graph(
    `initialise ${model.description} ${count} ${JSON.stringify(shape)}`,
    () => compile(model.traceInitialisation(count, shape), environment.device.scoringTarget),
  );
  const random = new RandomStream(seed, 'initialisation');
  const order = random.permutation(source.count);
  const images = await source.read(
    Array.from({ length: count }, (_, slot) => order[slot % source.count] ?? 0),
  );
  const input = new Float32Array(count * elementsOf(shape));
  random.fillUniform16(input);
  images.forEach((image, slot) => {
    const offset = slot * image.length;
    image.forEach((pixel, element) => {
      input[offset + element] = (pixel + (input[offset + element] ?? 0)) / 256 - 0.5;
    });
  });
  const program = await environment.device.load(bytes);
  try {
    const outputs = await program.run({
      ...Object.fromEntries(
        model.parameters.map((spec) => [spec.name, { data: dataOf(initial, spec.name), shape: spec.shape }]),
      ),
      images: { data: input, shape: [count, shape.channels, shape.height, shape.width] },
    });
    const set = model.parameters.flatMap(({ name }) => {
      const value = outputs[initialised(name)];
      return value === undefined ? [] : [[name, floats(value, name)] as const];
    });
    return { ...initial, ...Object.fromEntries(set) };
  } finally {
    await program.dispose();
  }
}

function initialState(
  packs: readonly Pack[],
  fixedSpecs: readonly ParameterSpec[],
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
  return { state, fixed: Object.fromEntries(fixedSpecs.map(({ name }) => [name, dataOf(parameters, name)])) };
}

/** The device takes the state over; whoever holds the checkpoint may resume from it again. */
function copied({ state, fixed }: Checkpoint): { state: ParameterData; fixed: ParameterData } {
  const copies = Object.entries(state).map(([name, data]) => [name, data.slice()] as const);
  return { state: Object.fromEntries(copies), fixed };
}

/** Puts finite samples in the places of non-finite ones; returns how many were replaced. */
function replaceSamples(images: Float32Array, likelihoods: Float32Array): number {
  const size = images.length / likelihoods.length;
  const good = [...likelihoods.keys()].filter((index) => Number.isFinite(likelihoods[index]));
  const bad = [...likelihoods.keys()].filter((index) => !Number.isFinite(likelihoods[index]));
  if (good.length === 0) return 0;
  bad.forEach((slot, position) => {
    const source = good[position % good.length] ?? 0;
    images.copyWithin(slot * size, source * size, (source + 1) * size);
  });
  return bad.length;
}

function shaped(state: ParameterData): HostTensors {
  return Object.fromEntries(
    Object.entries(state).map(([name, data]) => [name, { data, shape: [data.length] }]),
  );
}

function dataOf(data: ParameterData, name: string): Float32Array<ArrayBuffer> {
  const values = data[name];
  if (values === undefined) throw new RangeError(`parameter ${name} is missing`);
  return values;
}

function floats(tensor: HostTensor | undefined, name: string): Float32Array<ArrayBuffer> {
  if (!(tensor?.data instanceof Float32Array)) throw new TypeError(`output ${name} is not a float32 tensor`);
  return tensor.data;
}

function scalar(value: number): HostTensor {
  return { data: Float32Array.of(value), shape: [] };
}
