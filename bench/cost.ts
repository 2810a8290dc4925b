/** What a detector costs: time of a fit, images scored a second, size of what is kept. On made-up images: content hardly matters to time. */
import { METHODS } from '../models/detectors/index.ts';
import type { FitData, Method, PreparedFit } from '../models/detectors/method.ts';
import type { ParameterData } from '../models/detectors/detector.ts';
import type { Environment } from '../models/device.ts';
import { openFilterBank } from '../models/features/filter-bank-encoder.ts';
import { type ImageShape, type ImageSource, elementsOf } from '../models/images.ts';
import type { PresetName } from '../models/preset-name.ts';
import { RandomStream } from '../models/random.ts';
import { batchStream } from '../models/training/batch-stream.ts';
import { Training } from '../models/training/training.ts';

export interface DetectorCost {
  readonly detector: string;
  /** Gradient steps of a whole fit; null for what is computed in one go. */
  readonly steps: number | null;
  /** All steps at the median time of those that were taken, and what goes before and after them. */
  readonly fitSeconds: number;
  readonly imagesPerSecond: number;
  /** Of what is kept of a fit, without an encoder or a general model. */
  readonly modelMb: number;
}

const SHAPE: ImageShape = { channels: 3, height: 32, width: 32 };
const FITTED_ON = 512;
const HELD_OUT = 64;
/** Steps of which the first two are not counted. */
const STEPS = 10;
const WARM_UP = 2;
const BATCH = 64;
const ROUNDS = 5;

/** @throws RangeError where there is no such detector */
export async function detectorCost(
  environment: Environment,
  id: string,
  preset: PresetName,
): Promise<DetectorCost> {
  const method: Method<unknown> | undefined = METHODS.find((each) => each.id === id);
  if (method === undefined) throw new RangeError(`there is no detector "${id}"`);
  const settings = method.settings(preset, SHAPE);
  const encoder = method.needs.encoder === 'none' ? null : await openFilterBank(environment, SHAPE);
  try {
    const data: FitData = {
      normal: smoothImages(FITTED_ON, 1),
      heldOut: smoothImages(HELD_OUT, 2),
      general: smoothImages(FITTED_ON, 3),
      generalModel: null,
      exposure: smoothImages(FITTED_ON, 4),
      encoder,
      classes: {
        count: 10,
        normal: Array.from({ length: FITTED_ON }, (_, index) => index % 10),
        heldOut: Array.from({ length: HELD_OUT }, (_, index) => index % 10),
      },
    };
    const fit = await fitCost(environment, method, data, settings);
    const fitted = { parameters: fit.parameters, generalModel: null, encoder };
    const scorer = await method.open(environment, settings, fitted, SHAPE, BATCH);
    try {
      const images = await data.normal.read(Array.from({ length: BATCH }, (_, index) => index));
      await scorer.score(images);
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round++) times.push(await seconds(() => scorer.score(images)));
      const bytes = Object.values(fit.parameters).reduce((sum, { byteLength }) => sum + byteLength, 0);
      return {
        detector: id,
        steps: fit.steps,
        fitSeconds: fit.seconds,
        imagesPerSecond: BATCH / median(times),
        modelMb: bytes / 1e6,
      };
    } finally {
      await scorer.dispose();
    }
  } finally {
    await encoder?.dispose();
  }
}

interface FitCost {
  readonly parameters: ParameterData;
  readonly steps: number | null;
  readonly seconds: number;
}

async function fitCost(
  environment: Environment,
  method: Method<unknown>,
  data: FitData,
  settings: unknown,
): Promise<FitCost> {
  const begun = performance.now();
  if (method.kind === 'computed') {
    const parameters = await method.compute(environment, data, settings, 1);
    return { parameters, steps: null, seconds: (performance.now() - begun) / 1000 };
  }
  let stage: PreparedFit = await method.prepare(environment, data, settings, 1);
  let spent = (performance.now() - begun) / 1000;
  let steps = 0;
  for (;;) {
    const { parameters, perStep } = await someSteps(environment, stage);
    const { totalSteps } = stage.run.schedule;
    steps += totalSteps;
    spent += totalSteps * perStep;
    const between = performance.now();
    const next = stage.next === undefined ? null : await stage.next(parameters);
    const kept = next === null ? await stage.finish(parameters) : null;
    spent += (performance.now() - between) / 1000;
    if (next === null) return { parameters: kept ?? parameters, steps, seconds: spent };
    stage = next;
  }
}

async function someSteps(
  environment: Environment,
  { trainable, inputs: [normal, ...others], initial, run }: PreparedFit,
): Promise<{ parameters: ParameterData; perStep: number }> {
  const stream = batchStream(normal, others, 1);
  const training = await Training.start(environment, trainable, run, stream, {
    kind: 'parameters',
    parameters: initial,
  });
  try {
    const times: number[] = [];
    for (let step = 0; step < STEPS; step++) times.push(await seconds(() => training.takeStep()));
    return { parameters: await training.parameters(), perStep: median(times.slice(WARM_UP)) };
  } finally {
    await training.dispose();
  }
}

/** Images of a few broad waves, so that no detector meets what it refuses. */
function smoothImages(count: number, seed: number): ImageSource {
  const { channels, height, width } = SHAPE;
  const image = (index: number) => {
    const random = new RandomStream(seed, 'cost').seek(index * 2 ** 16);
    const [down, across, phase, noise] = Array.from({ length: 4 }, () => random.uniform());
    return Uint8Array.from({ length: elementsOf(SHAPE) }, (_, at) => {
      const [x, y] = [at % width, Math.floor(at / width) % height];
      const wave = Math.sin(
        (down ?? 0) * y + (across ?? 0) * x + 6 * (phase ?? 0) + at / (height * width * channels),
      );
      return 128 + 80 * wave + 40 * (noise ?? 0) * (random.uniform() - 0.5);
    });
  };
  return { shape: SHAPE, count, read: (indices) => Promise.resolve(indices.map(image)) };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
}
