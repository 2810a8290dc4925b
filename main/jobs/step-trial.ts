/** How long a training step takes, and the features of an image: the worker's side. */
import type { Encoder, FitData, PreparedFit } from '../../models/detectors/method.ts';
import type { Environment } from '../../models/device.ts';
import { type ImageShape, type ImageSource, elementsOf } from '../../models/images.ts';
import { RandomStream } from '../../models/random.ts';
import { batchStream } from '../../models/training/batch-stream.ts';
import { prepareMoco } from '../../models/training/moco.ts';
import { Training } from '../../models/training/training.ts';
import { openUncached } from './encoder-choice.ts';
import { type BoundDetector, boundDetector } from './known-detectors.ts';
import type { StepTrial, TrialTimes } from './step-trial-protocol.ts';

/** The first step also allocates what all later ones use. */
const STEPS = 2;
/** Of noise: enough for whatever is held out or drawn from them. */
const IMAGES = 32;
const SEED = 0;

/** @throws EngineError; EncoderError as openUncached */
export async function tryStep(environment: Environment, trial: StepTrial): Promise<TrialTimes> {
  const { channels, height, width } = trial.preparation;
  const source = new Noise({ channels, height, width });
  switch (trial.kind) {
    case 'fit':
      return fitTimes(environment, trial, source);
    case 'train-encoder': {
      const data = { images: source, heldOut: source };
      const prepared = await prepareMoco(environment, data, trial.settings, SEED);
      return { encoding: null, step: await stepSeconds(environment, prepared) };
    }
  }
}

async function fitTimes(
  environment: Environment,
  trial: Extract<StepTrial, { kind: 'fit' }>,
  source: Noise,
): Promise<TrialTimes> {
  const { fit, method } = boundDetector(trial.detector);
  const encoder =
    trial.encoder === null ? null : await openUncached(environment, trial.encoder.choice, source.shape);
  try {
    const encoding = encoder === null ? null : await encodingSeconds(encoder, source);
    if (fit.kind === 'computed') return { encoding, step: null };
    const prepared = await fit.prepare(environment, noiseFor(method, source, encoder), SEED);
    return { encoding, step: await stepSeconds(environment, prepared) };
  } finally {
    await encoder?.dispose();
  }
}

async function encodingSeconds(encoder: Encoder, source: Noise): Promise<number> {
  const images = await source.read(Array.from({ length: IMAGES }, (_, index) => index));
  await encoder.encode(images);
  const began = performance.now();
  await encoder.encode(images);
  return (performance.now() - began) / 1000 / IMAGES;
}

function noiseFor({ needs }: BoundDetector['method'], source: Noise, encoder: Encoder | null): FitData {
  const kinds = Array.from({ length: IMAGES }, (_, index) => index % 2);
  return {
    normal: source,
    heldOut: source,
    general: needs.general === 'none' ? null : source,
    generalModel: null,
    exposure: needs.exposure === 'none' ? null : source,
    encoder,
    ...(needs.classes === 'none' ? {} : { classes: { count: 2, normal: kinds, heldOut: kinds } }),
  };
}

async function stepSeconds(
  environment: Environment,
  { trainable, run, inputs, initial }: PreparedFit,
): Promise<number> {
  const [normal, ...others] = inputs;
  const training = await Training.start(environment, trainable, run, batchStream(normal, others, SEED), {
    kind: 'parameters',
    parameters: initial,
  });
  try {
    await training.takeStep();
    let fastest = Infinity;
    for (let step = 0; step < STEPS; step++) {
      const began = performance.now();
      await training.takeStep();
      fastest = Math.min(fastest, performance.now() - began);
    }
    return fastest / 1000;
  } finally {
    await training.dispose();
  }
}

class Noise implements ImageSource {
  readonly count = IMAGES;
  readonly shape: ImageShape;
  readonly #images: readonly Uint8Array[];

  constructor(shape: ImageShape) {
    this.shape = shape;
    const random = new RandomStream(SEED, 'trial');
    this.#images = Array.from({ length: IMAGES }, () => {
      const noise = new Float32Array(elementsOf(shape));
      random.fillUniform16(noise);
      return Uint8Array.from(noise, (value) => value * 256);
    });
  }

  read(indices: readonly number[]): Promise<readonly Uint8Array[]> {
    return Promise.resolve(indices.map((index) => this.#images[index % IMAGES] ?? new Uint8Array()));
  }
}
