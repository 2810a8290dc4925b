import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openFile } from '../../../main/ingest/open-file.ts';
import { prepare } from '../../../main/ingest/preparation.ts';
import { ONLY_PART } from '../../../main/ingest/stored-image.ts';
import type { LikelihoodModel, ParameterData } from '../../../models/detectors/detector.ts';
import { glowModel } from '../../../models/detectors/glow/model.ts';
import { initialGlowParameters } from '../../../models/detectors/glow/parameters.ts';
import type { Environment } from '../../../models/device.ts';
import { type ImageSource, elementsOf } from '../../../models/images.ts';
import { Batches } from '../../../models/training/batches.ts';
import { type Start, startImageTraining } from './image-training.ts';
import type { ImageTrainingSettings } from '../../../models/run-settings.ts';
import { type StepReport, type Training, TrainingUnstable } from '../../../models/training/training.ts';
import { dequantisedSamples } from '../../../models/samples.ts';
import { cpuEnvironment } from '../cpu-environment.ts';
import { expectClose } from '../evaluate.ts';
import { chance } from '../samples.ts';
import { POISON, SHAPE, SIZE, gaussianLogLikelihood, gaussianModel, sourceOf } from './gaussian-model.ts';

const SLICES = join(import.meta.dirname, '../../../examples/mri-modality/fit');

const SEED = 1;

const glow = { channels: 1, scales: 2, stepsPerScale: 2, hiddenChannels: 8 } as const;

const settings: ImageTrainingSettings = {
  batchSize: 8,
  optimiser: { kind: 'adamax', weightDecay: 5e-5 },
  schedule: { peak: 5e-3, warmupSteps: 3, totalSteps: 40, decay: 'cosine' },
  averagingDecay: 0.9,
  augmentation: { translate: 0.1, flipHorizontally: true },
};

let environment: Environment;
beforeAll(async () => {
  environment = await cpuEnvironment();
});

async function started(
  model: LikelihoodModel,
  own: ImageTrainingSettings,
  source: ImageSource,
  start: Start = { kind: 'fresh' },
  seed = SEED,
): Promise<Training> {
  const training = await startImageTraining(environment, model, own, source, start, seed);
  onTestFinished(() => training.dispose());
  return training;
}

async function take(training: Training, count: number): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for (let step = 0; step < count; step++) reports.push(await training.takeStep());
  return reports;
}

function dataOf(data: ParameterData, name: string): Float32Array {
  const values = data[name];
  if (values === undefined) throw new RangeError(`no ${name}`);
  return values;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a Glow on MR slices', () => {
  let slices: ImageSource;
  beforeAll(async () => {
    const preparation = { fit: 'resize', height: 16, width: 16, channels: 1 } as const;
    const images: Uint8Array[] = [];
    for (const name of readdirSync(SLICES).sort().slice(0, 32)) {
      const inputs = await prepare(await openFile(join(SLICES, name)), ONLY_PART, preparation);
      images.push((await inputs.at(0)).pixels);
    }
    slices = sourceOf(images, preparation);
  });

  it('learns them, step by step', async () => {
    const training = await started(glowModel(glow), settings, slices);
    const reports = await take(training, 40);
    expect(reports.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    expect(reports.every(({ accepted, droppedSamples }) => accepted && droppedSamples === 0)).toBe(true);
    const losses = reports.map(({ meanSampleLoss }) => meanSampleLoss);
    // A tenth of a bit per dimension, over batches that differ.
    expect(mean(losses.slice(0, 8)) - mean(losses.slice(-8))).toBeGreaterThan(
      0.1 * Math.LN2 * elementsOf(slices.shape),
    );
  });

  it('has the same bytes with the same seed, and others with another', async () => {
    const bytes = async (seed: number) => {
      const training = await started(glowModel(glow), settings, slices, { kind: 'fresh' }, seed);
      await take(training, 5);
      return training.checkpoint();
    };
    const first = await bytes(1);
    expect(await bytes(1)).toEqual(first);
    const { state } = await bytes(2);
    expect(state['pack0/parameter']).not.toEqual(first.state['pack0/parameter']);
  });

  it.each(['adam', 'adamax'] as const)('goes on from a checkpoint as if never stopped (%s)', async (kind) => {
    const own = { ...settings, optimiser: { kind, weightDecay: 5e-5 } };
    const whole = await started(glowModel(glow), own, slices);
    const reports = await take(whole, 7);
    const before = await started(glowModel(glow), own, slices);
    await take(before, 4);
    const checkpoint = structuredClone(await before.checkpoint());
    const after = await started(glowModel(glow), own, slices, { kind: 'resume', checkpoint });
    expect(after.step).toBe(4);
    expect(await after.checkpoint()).toEqual(checkpoint);
    expect(await take(after, 3)).toEqual(reports.slice(4));
    expect(await after.checkpoint()).toEqual(await whole.checkpoint());
  });

  it('starts fine-tuning from exactly the weights given, and leaves those alone', async () => {
    const draw = chance(5);
    const given: ParameterData = Object.fromEntries(
      Object.entries(initialGlowParameters(glow, 9)).map(([name, values]) => [
        name,
        /permutation|sign/.test(name) ? values : values.map((value) => value + 0.1 * (draw() - 0.5)),
      ]),
    );
    const kept = structuredClone(given);
    const training = await started(glowModel(glow), settings, slices, {
      kind: 'from-model',
      parameters: given,
    });
    expect(training.step).toBe(0);
    expect(await training.parameters()).toEqual(kept);
    await take(training, 2);
    expect(await training.parameters()).not.toEqual(kept);
    expect(given).toEqual(kept);
  });

  it('hands out the moving average of its weights, which later steps do not change', async () => {
    const training = await started(glowModel(glow), settings, slices);
    const weights = async () =>
      Float64Array.from(dataOf((await training.checkpoint()).state, 'pack0/parameter'));
    let average = await weights();
    for (let step = 0; step < 6; step++) {
      await training.takeStep();
      const now = await weights();
      average = average.map((old, index) => 0.9 * old + 0.1 * (now[index] ?? Number.NaN));
    }
    const parameters = await training.parameters();
    const trained = glowModel(glow).parameters.filter((spec) => spec.trained);
    const handedOut = trained.flatMap(({ name }) => Array.from(dataOf(parameters, name)));
    expectClose(handedOut, average, 1e-6);
    expect(handedOut).not.toEqual(Array.from(await weights()));
    const kept = structuredClone(parameters);
    await training.takeStep();
    expect(parameters).toEqual(kept);
  });
});

/** Pixels around a mean image; `poisoned` ones have no likelihood. */
function imagesAround(count: number, poisoned: (index: number) => boolean = () => false): Uint8Array[] {
  const draw = chance(3);
  return Array.from({ length: count }, (_, index) => {
    const image = Uint8Array.from(
      { length: SIZE },
      (__, pixel) => 40 + 2 * pixel + Math.floor(30 * (draw() - 0.5)),
    );
    if (poisoned(index)) image[0] = POISON;
    return image;
  });
}

/** Mean of the images as the model takes them, noise included. */
function meanImage(images: readonly Uint8Array[]): Float64Array {
  return Float64Array.from(
    { length: SIZE },
    (_, pixel) => (mean(images.map((image) => image[pixel] ?? Number.NaN)) + 0.5) / 256 - 0.5,
  );
}

const plain: ImageTrainingSettings = {
  batchSize: 8,
  optimiser: { kind: 'adamax', weightDecay: 0 },
  schedule: { peak: 0.02, warmupSteps: 0, totalSteps: 150, decay: 'cosine' },
  averagingDecay: 0,
  augmentation: { translate: 0, flipHorizontally: false },
};

describe('a Gaussian, whose best mean is that of the images', () => {
  it('reaches it', async () => {
    const images = imagesAround(16);
    const training = await started(gaussianModel, plain, sourceOf(images));
    await take(training, 150);
    const parameters = await training.parameters();
    expectClose(dataOf(parameters, 'mean'), meanImage(images), 2e-3);
  });

  it('takes the steps of the formula, in float64', async () => {
    const source = sourceOf(imagesAround(16));
    const training = await started(gaussianModel, { ...plain, averagingDecay: 0.5 }, source);
    const batches = new Batches(dequantisedSamples(source, plain.augmentation), plain.batchSize, SEED);
    const [deviation = Number.NaN] = dataOf((await training.checkpoint()).fixed, 'deviation');
    const { peak } = plain.schedule;
    const weight = new Float64Array(SIZE);
    const average = new Float64Array(SIZE);
    const first = new Float64Array(SIZE);
    const second = new Float64Array(SIZE);
    for (let step = 1; step <= 8; step++) {
      const input = await batches.input(step - 1);
      const rate = peak * (0.01 + 0.99 * 0.5 * (1 + Math.cos((Math.PI * step) / 150)));
      for (let pixel = 0; pixel < SIZE; pixel++) {
        const values = Array.from({ length: 8 }, (_, slot) => input[slot * SIZE + pixel] ?? Number.NaN);
        const old = weight[pixel] ?? Number.NaN;
        const gradient = (old - mean(values)) / deviation ** 2;
        first[pixel] = 0.9 * (first[pixel] ?? 0) + 0.1 * gradient;
        second[pixel] = Math.max(0.999 * (second[pixel] ?? 0), Math.abs(gradient));
        weight[pixel] =
          old - (rate / (1 - 0.9 ** step)) * ((first[pixel] ?? 0) / ((second[pixel] ?? 0) + 1e-8));
        average[pixel] = ((average[pixel] ?? 0) + (weight[pixel] ?? 0)) / 2;
      }
      await training.takeStep();
    }
    expectClose(dataOf((await training.checkpoint()).state, 'pack0/parameter'), weight, 1e-5);
    expectClose(dataOf(await training.parameters(), 'mean'), average, 1e-5);
  });

  it('is initialised from the images, each as often as the others', async () => {
    const images = imagesAround(16);
    const training = await started(gaussianModel, plain, sourceOf(images));
    const pixels = images.flatMap((image) => Array.from(image, (value) => (value + 0.5) / 256 - 0.5));
    const centre = mean(pixels);
    const noise = 1 / 256 ** 2 / 12;
    const variance = mean(pixels.map((value) => (value - centre) ** 2)) + noise;
    expectClose(dataOf(await training.parameters(), 'deviation'), [Math.sqrt(variance)], 1e-4);
  });
});

describe('images without a likelihood', () => {
  it('are replaced by others of the batch, counted, and leave no trace', async () => {
    const poisoned = (index: number) => index % 5 === 0;
    const images = imagesAround(16, poisoned);
    const source = sourceOf(images);
    const training = await started(gaussianModel, plain, source);
    const batches = new Batches(dequantisedSamples(source, plain.augmentation), plain.batchSize, SEED);
    const reports = await take(training, 150);
    expect(reports.every(({ accepted }) => accepted)).toBe(true);
    expect(reports.map(({ droppedSamples }) => droppedSamples)).toEqual(
      reports.map((_, step) => batches.indices(step).filter(poisoned).length),
    );
    expect(training.progress.rejectedSteps).toBe(0);
    const learned = dataOf(await training.parameters(), 'mean');
    expect(learned.every(Number.isFinite)).toBe(true);
    const good = images.filter((_, index) => !poisoned(index));
    // With the poisoned images it would be 0.16 higher.
    expect(Math.abs((learned[0] ?? Number.NaN) - (meanImage(good)[0] ?? Number.NaN))).toBeLessThan(0.03);
  });

  it('are replaced before the step is taken again, with noise of its own', async () => {
    const images = imagesAround(8, (index) => index !== 3);
    const source = sourceOf(images);
    const training = await started(gaussianModel, plain, source);
    const [deviation = Number.NaN] = dataOf((await training.checkpoint()).fixed, 'deviation');
    const batches = new Batches(dequantisedSamples(source, plain.augmentation), plain.batchSize, SEED);
    const slot = batches.indices(0).indexOf(3);
    const onlyGood = (await batches.input(0, 1)).slice(slot * SIZE, (slot + 1) * SIZE);
    const report = await training.takeStep();
    expect(report).toMatchObject({ step: 1, accepted: true, droppedSamples: 7 });
    expectClose(
      [report.meanSampleLoss],
      [-gaussianLogLikelihood(onlyGood, new Float64Array(SIZE), deviation)],
      1e-4,
    );
    // The first step of Adamax is as long as the learning rate, whatever the gradient's size.
    const rate = plain.schedule.peak * (0.01 + 0.99 * 0.5 * (1 + Math.cos(Math.PI / 150)));
    expectClose(
      dataOf(await training.parameters(), 'mean'),
      Array.from(onlyGood, (value) => Math.sign(value) * rate),
      1e-5,
    );
  });

  it('make a step of nothing else change nothing, and be counted', async () => {
    const training = await started(
      gaussianModel,
      { ...plain, averagingDecay: 0.9 },
      sourceOf(imagesAround(8, () => true)),
    );
    const before = await training.checkpoint();
    const [report] = await take(training, 1);
    expect(report).toMatchObject({ step: 1, accepted: false, droppedSamples: 0 });
    const after = await training.checkpoint();
    expect(after.state).toEqual(before.state);
    expect(after.step).toBe(1);
    expect(after.progress).toEqual({ rejectedSteps: 1, best: null });
  });

  it('end the run after 20 such steps on end, and not before', async () => {
    const [good, bad] = [imagesAround(8), imagesAround(8, () => true)];
    let images = bad;
    const source: ImageSource = {
      shape: SHAPE,
      count: 8,
      read: (indices) => sourceOf(images).read(indices),
    };
    const training = await started(gaussianModel, plain, source);
    await take(training, 19);
    images = good;
    expect((await training.takeStep()).accepted).toBe(true);
    images = bad;
    await take(training, 19);
    const { state } = await training.checkpoint();
    const error = await training.takeStep().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TrainingUnstable);
    expect(String(error)).toMatch(/unstable at step 40.*[Ff]it again with a lower learning rate/);
    expect(training.progress.rejectedSteps).toBe(39);
    expect((await training.checkpoint()).state).toEqual(state);
  });
});
