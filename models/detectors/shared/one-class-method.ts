/** A detector from its losses: what Deep SVDD, Deep SAD, HSC, BCE and Focal have in common. */
import { blurred } from '../../blur.ts';
import { bindInputs } from '../../compile/bind.ts';
import { compile, compileGraph } from '../../compile/compile.ts';
import { encodeModel } from '../../compile/encode.ts';
import type { Environment, HostTensors, Program } from '../../device.ts';
import { imageSubset } from '../../image-subset.ts';
import type { ImageShape, ImageSource } from '../../images.ts';
import { photometricSamples } from '../../photometric.ts';
import type { PresetName } from '../../preset-name.ts';
import type { FitChoices } from '../../run-settings.ts';
import { RandomStream } from '../../random.ts';
import type { ParameterData } from '../detector.ts';
import type { FitData, PreparedFit, TrainedMethod } from '../method.ts';
import { FitDataError } from './fit-data-error.ts';
import { dataOf, floats } from './named-data.ts';
import {
  type OneClassModel,
  type Reading,
  type ReadingLoss,
  initialParameters,
  objective,
  scoringParameters,
  traceMoments,
  traceReading,
  trainedParameters,
} from './one-class-graphs.ts';
import { filled, imagesTensor, scorer } from './one-class-scorer.ts';
import type { OneClassSettings } from './one-class-settings.ts';

/** What one detector is beside the others. */
export interface OneClassDefinition<Settings extends OneClassSettings> {
  readonly id: string;
  readonly title: string;
  readonly use: string;
  readonly source: string;
  readonly settings: (preset: PresetName, shape: ImageShape, choices: FitChoices) => Settings;
  readonly reading: Reading;
  readonly normalLoss: (settings: Settings) => ReadingLoss;
  /** Null for a detector that is fitted on normal images alone. */
  readonly exposure: {
    readonly loss: (settings: Settings) => ReadingLoss;
    readonly count: (settings: Settings) => number;
    readonly blur: (settings: Settings) => number;
  } | null;
  readonly score: string;
  /** A reading as a score. */
  readonly scoreOf: (settings: Settings, reading: number) => number;
}

/** Held-out images that are measured at once. */
const MEASURED = 128;

export function oneClassMethod<Settings extends OneClassSettings>(
  definition: OneClassDefinition<Settings>,
): TrainedMethod<Settings> {
  const { id, title, use, source, exposure } = definition;
  const modelOf = (settings: Settings, shape: ImageShape): OneClassModel => ({
    network: settings.network,
    reading: definition.reading,
    shape,
    normalLoss: definition.normalLoss(settings),
    exposureLoss: exposure?.loss(settings) ?? null,
  });
  return {
    kind: 'trained',
    id,
    title,
    use,
    source,
    needs: {
      general: 'none',
      generalModel: 'none',
      exposure: exposure === null ? 'none' : 'required',
      encoder: 'none',
      classes: 'none',
    },
    hasMaps: false,
    tiles: 'largest',
    unit: 'loss',
    settings: (preset, shape, choices = {}) => definition.settings(preset, shape, choices),
    effort: ({ run, batchSize }) => ({ steps: run.schedule.totalSteps, batchSize }),
    kept: (settings, shape) => scoringParameters(modelOf(settings, shape)),

    prepare(environment, data, settings, seed) {
      const model = modelOf(settings, data.normal.shape);
      const others = exposureOf(definition, data, settings, seed);
      const description = `${id} ${JSON.stringify([{ ...settings, run: null, augmentation: null }, model.shape])}`;
      return Promise.resolve(prepared(environment, model, description, data, others, settings, seed));
    },

    async open(environment, settings, { parameters }, shape, batch) {
      const model = modelOf(settings, shape);
      const values = Object.fromEntries(
        scoringParameters(model).map(({ name }) => [name, dataOf(parameters, name)]),
      );
      const graph = compileGraph(traceReading(model, batch), environment.device.scoringTarget);
      const outputs = graph.outputs.filter(({ name }) => name === 'reading');
      const program = await environment.device.load(
        encodeModel(bindInputs({ ...graph, outputs }, values), {}),
      );
      return scorer(program, shape, batch, settings.mirrored, (reading) => ({
        [definition.score]: definition.scoreOf(settings, reading),
      }));
    },
  };
}

/** @throws FitDataError where exposure images are needed and missing */
function exposureOf<Settings extends OneClassSettings>(
  { exposure, title }: OneClassDefinition<Settings>,
  data: FitData,
  settings: Settings,
  seed: number,
): ImageSource | null {
  if (exposure === null) return null;
  if (data.exposure === null || data.exposure.count === 0)
    throw new FitDataError(
      'missing',
      `${title} learns from exposure images, which are anomalous or stand for what is: name a folder that holds some.`,
    );
  return blurred(imageSubset(data.exposure, exposure.count(settings), seed), exposure.blur(settings));
}

function prepared(
  environment: Environment,
  model: OneClassModel,
  description: string,
  { normal, heldOut }: FitData,
  exposure: ImageSource | null,
  settings: OneClassSettings,
  seed: number,
): PreparedFit {
  const { batchSize, augmentation } = settings;
  const input = (name: string, images: ImageSource) => ({
    name,
    samples: photometricSamples(images, augmentation),
    size: batchSize,
  });
  const finish = async (parameters: ParameterData): Promise<ParameterData> => {
    const sources = exposure === null ? [normal] : [normal, exposure];
    const images = await Promise.all(sources.map((source) => drawn(source, settings.statisticsImages, seed)));
    const program = await programOf(environment, `moments ${description} ${settings.statisticsImages}`, () =>
      traceMoments(model, images.flat().length),
    );
    const feeds = feedsOf(
      trainedParameters(model).map(({ name, shape }) => ({ name, shape })),
      parameters,
    );
    const moments = await runOnce(program, { ...feeds, images: imagesTensor(images.flat(), model.shape) });
    return {
      ...parameters,
      ...Object.fromEntries(Object.entries(moments).map(([name, tensor]) => [name, floats(tensor, name)])),
    };
  };
  return {
    trainable: {
      description,
      parameters: trainedParameters(model),
      objective: (layout) => objective(model, batchSize, layout),
    },
    inputs: [input('normal', normal), ...(exposure === null ? [] : [input('exposure', exposure)])],
    initial: initialParameters(model, seed),
    run: settings.run,
    finish,
    async measure(parameters) {
      const fitted = await finish(parameters);
      const program = await programOf(environment, `reading ${description} ${MEASURED}`, () =>
        traceReading(model, MEASURED),
      );
      const feeds = feedsOf(scoringParameters(model), fitted);
      try {
        const ofNormal = await meanLoss(program, feeds, 'normalLoss', await all(heldOut), model.shape);
        if (exposure === null) return ofNormal;
        const others = await drawn(exposure, MEASURED, seed);
        return (ofNormal + (await meanLoss(program, feeds, 'exposureLoss', others, model.shape))) / 2;
      } finally {
        await program.dispose();
      }
    },
  };
}

/** By chance, the same for a seed; over again where there are fewer. */
function drawn(source: ImageSource, count: number, seed: number): Promise<readonly Uint8Array[]> {
  const order = new RandomStream(seed, 'moments').permutation(source.count);
  return source.read(Array.from({ length: count }, (_, at) => order[at % source.count] ?? 0));
}

function all(source: ImageSource): Promise<readonly Uint8Array[]> {
  return source.read(Array.from({ length: source.count }, (_, index) => index));
}

async function meanLoss(
  program: Program,
  feeds: HostTensors,
  loss: string,
  images: readonly Uint8Array[],
  shape: ImageShape,
): Promise<number> {
  let sum = 0;
  for (let from = 0; from < images.length; from += MEASURED) {
    const part = images.slice(from, from + MEASURED);
    const outputs = await program.run({ ...feeds, images: imagesTensor(filled(part, MEASURED), shape) });
    sum += floats(outputs[loss], loss)
      .subarray(0, part.length)
      .reduce((total, value) => total + value, 0);
  }
  return sum / images.length;
}

async function programOf(
  environment: Environment,
  description: string,
  traced: () => ReturnType<typeof traceReading>,
): Promise<Program> {
  const { device } = environment;
  return device.load(await environment.graph(description, () => compile(traced(), device.scoringTarget)));
}

async function runOnce(program: Program, feeds: HostTensors): Promise<HostTensors> {
  try {
    return await program.run(feeds);
  } finally {
    await program.dispose();
  }
}

function feedsOf(
  specs: readonly { readonly name: string; readonly shape: readonly number[] }[],
  parameters: ParameterData,
): HostTensors {
  return Object.fromEntries(
    specs.map(({ name, shape }) => [name, { data: dataOf(parameters, name), shape }]),
  );
}
