import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { describeEncoder } from '../../../main/engine/encoders/describe-encoder.ts';
import { readEncoderFile } from '../../../main/engine/encoders/encoder-file.ts';
import { openEncoder } from '../../../main/engine/encoders/open-encoder.ts';
import { openFile } from '../../../main/ingest/open-file.ts';
import { prepare } from '../../../main/ingest/preparation.ts';
import { ONLY_PART } from '../../../main/ingest/stored-image.ts';
import type { PreparedFit } from '../../../models/detectors/method.ts';
import type { Environment } from '../../../models/device.ts';
import type { ImageShape, ImageSource } from '../../../models/images.ts';
import { residualNetwork, residualParameters } from '../../../models/networks/residual.ts';
import { PRESETS } from '../../../models/preset-name.ts';
import { batchStream } from '../../../models/training/batch-stream.ts';
import type { Checkpoint } from '../../../models/training/checkpoint.ts';
import { encoderGraph } from '../../../models/training/encoder-export.ts';
import { mocoSettings } from '../../../models/training/moco-settings.ts';
import { mocoTrainable, prepareMoco } from '../../../models/training/moco.ts';
import { Training } from '../../../models/training/training.ts';
import { temporaryFolder } from '../../main/engine/temporary-folder.ts';
import { cpuEnvironment } from '../cpu-environment.ts';
import { evaluate, expectClose } from '../evaluate.ts';
import { type Sample, sample } from '../samples.ts';
import { sourceOf } from './gaussian-model.ts';

const EXAMPLES = join(import.meta.dirname, '../../../examples');
const SHAPE: ImageShape = { channels: 1, height: 32, width: 32 };
const TINY = mocoSettings('tiny', SHAPE);
/** Views that share more than half of the image: a hundred steps learn no more invariance than that. */
const SETTINGS = { ...TINY, views: { ...TINY.views, leastArea: 0.6 } };

let environment: Environment;
let images: Uint8Array[];
let source: ImageSource;
let heldOut: ImageSource;
beforeAll(async () => {
  environment = await cpuEnvironment();
  images = [];
  for (const folder of ['mri-modality/fit', 'pcb/fit']) {
    const names = readdirSync(join(EXAMPLES, folder)).sort().slice(0, 120);
    for (const name of names.filter((each) => each.endsWith('.png'))) {
      const file = await openFile(join(EXAMPLES, folder, name));
      const inputs = await prepare(file, ONLY_PART, { fit: 'resize', ...SHAPE });
      images.push((await inputs.at(0)).pixels);
    }
  }
  source = sourceOf(
    images.filter((_, at) => at % 4 !== 0),
    SHAPE,
  );
  heldOut = sourceOf(
    images.filter((_, at) => at % 4 === 0),
    SHAPE,
  );
});

function prepared(): Promise<PreparedFit> {
  return prepareMoco(environment, { images: source, heldOut }, SETTINGS, 1);
}

async function started(fit: PreparedFit, checkpoint?: Checkpoint): Promise<Training> {
  const [first, ...others] = fit.inputs;
  const training = await Training.start(
    environment,
    fit.trainable,
    fit.run,
    batchStream(first, others, 1),
    checkpoint === undefined
      ? { kind: 'parameters', parameters: fit.initial }
      : { kind: 'resume', checkpoint },
  );
  onTestFinished(() => training.dispose());
  return training;
}

describe('momentum contrast on MR slices and circuit boards', () => {
  it('learns to tell images apart by what their views share', async () => {
    const fit = await prepared();
    const training = await started(fit);
    const before = await fit.measure(await training.parameters());
    const losses: number[] = [];
    for (let step = 0; step < SETTINGS.run.schedule.totalSteps; step++) {
      const report = await training.takeStep();
      expect(report.accepted).toBe(true);
      losses.push(report.meanSampleLoss);
    }
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    // The first eight steps fill the queue, which held random directions.
    expect(mean(losses.slice(-10))).toBeLessThan(mean(losses.slice(10, 20)) - 0.1);
    const parameters = await training.parameters();
    expect(await fit.measure(parameters)).toBeLessThan(before - 0.4);
    expect(await fit.measure(parameters)).toBe(await fit.measure(parameters));
  });

  it('keeps the keys of a batch, the newest first, at length 1', async () => {
    const training = await started(await prepared());
    const { batchSize, projection, queue } = SETTINGS;
    const first = (await training.checkpoint()).state['queue'] ?? new Float32Array();
    await training.takeStep();
    const second = (await training.checkpoint()).state['queue'] ?? new Float32Array();
    expect(second).toHaveLength(queue * projection);
    expect(second.slice(batchSize * projection)).toEqual(first.slice(0, (queue - batchSize) * projection));
    for (let key = 0; key < queue; key++) {
      expect(Math.hypot(...second.slice(key * projection, (key + 1) * projection))).toBeCloseTo(1, 5);
    }
  });

  it('goes on from a checkpoint as if never stopped, with the same queue', async () => {
    const fit = await prepared();
    const whole = await started(fit);
    for (let step = 0; step < 4; step++) await whole.takeStep();
    const before = await started(fit);
    for (let step = 0; step < 2; step++) await before.takeStep();
    const after = await started(fit, structuredClone(await before.checkpoint()));
    for (let step = 0; step < 2; step++) await after.takeStep();
    expect(await after.checkpoint()).toEqual(await whole.checkpoint());
  });

  it('cannot be measured on one held-out image, nor fill a queue smaller than a batch', async () => {
    const one = sourceOf(images.slice(0, 1), SHAPE);
    const fit = await prepareMoco(environment, { images: source, heldOut: one }, SETTINGS, 1);
    await expect(fit.measure(fit.initial)).rejects.toThrow(/hold out two/);
    expect(() => mocoTrainable({ ...SETTINGS, queue: 8 }, SHAPE)).toThrow(/does not hold a batch/);
  });
});

describe('the weights that momentum contrast starts from', () => {
  it('point in all directions, whatever the images have in common', async () => {
    const fit = await prepared();
    const dark = sourceOf(
      images.map((image) => image.map((value) => 8 + (value >> 3))),
      SHAPE,
    );
    const centred = await prepareMoco(environment, { images: dark, heldOut: dark }, SETTINGS, 1);
    const same = { ...centred.initial };
    for (const name of ['head.centre', 'head.outputBias']) {
      const values = same[name];
      if (values === undefined) return expect.fail(`no ${name}`);
      expect(values.some((value) => value !== 0)).toBe(true);
      same[name] = new Float32Array(values.length);
    }
    // At chance, which is ln n, all keys are alike.
    const chance = Math.log(Math.min(256, dark.count));
    expect(Math.abs((await centred.measure(same)) - chance)).toBeLessThan(0.1);
    expect(Math.abs((await centred.measure(centred.initial)) - chance)).toBeGreaterThan(0.2);
    expect(await prepared().then(({ initial }) => initial)).toEqual(fit.initial);
  });
});

describe('a pre-trained encoder as an ONNX file', () => {
  it('asks nothing, and gives the features of the network that was traced', async () => {
    const { initial } = await prepared();
    const path = join(temporaryFolder(), 'encoder.onnx');
    writeFileSync(path, encoderGraph(SETTINGS.network, initial, SHAPE, 8));
    const file = await readEncoderFile(path);
    const described = describeEncoder(file);
    if (described.kind === 'asks') return expect.fail('it asks');
    const encoder = await openEncoder(environment.device, file, described.description, SHAPE);
    onTestFinished(() => encoder.dispose());
    expect(encoder.grid).toEqual({ height: 4, width: 4, dimensions: encoder.dimensions });
    const given = images.slice(0, 11);
    const { vectors, grids } = await encoder.encode(given);

    const weights = residualParameters(SETTINGS.network).map(({ name, shape }): [string, Sample] => [
      name,
      sample(Array.from(initial[name] ?? []), shape),
    ]);
    const pixels = given.flatMap((image) => Array.from(image, (value) => (2 * value) / 255 - 1));
    const inputs = {
      ...Object.fromEntries(weights),
      images: sample(pixels, [given.length, SHAPE.channels, SHAPE.height, SHAPE.width]),
    };
    const traced = evaluate((tensors) => {
      const { images: input } = tensors;
      if (input === undefined) throw new RangeError('no images');
      return residualNetwork(SETTINGS.network, tensors, input, 'channels-last');
    }, inputs);
    const { dimensions } = encoder;
    const raw = Array.from(traced['vector']?.data ?? []);
    const unit = raw.map((value, at) => {
      const row = Math.floor(at / dimensions);
      return value / Math.hypot(...raw.slice(row * dimensions, (row + 1) * dimensions));
    });
    expectClose(vectors, unit, 1e-4, 'vectors');
    expectClose(grids ?? [], traced['grid']?.data ?? [], 1e-4, 'grids');
  });
});

describe('the presets of momentum contrast', () => {
  it.each([32, 64, 96, 128, 224])('have networks for images of %i pixels', (side) => {
    for (const name of PRESETS) {
      const { network, queue, batchSize } = mocoSettings(name, { channels: 3, height: side, width: side });
      const cell = 2 ** (network.stemSqueezes + network.widths.length - 1);
      expect(side % cell).toBe(0);
      expect(side / cell).toBeLessThanOrEqual(16);
      expect(side / cell).toBeGreaterThanOrEqual(3);
      for (const width of network.widths) expect(width % network.groupChannels).toBe(0);
      expect(queue % batchSize).toBe(0);
    }
  });
});
