/** How long a training step takes: the worker's side. */
import { type GlowSettings, glowModel } from '../../models/detectors/glow/model.ts';
import type { Environment } from '../../models/device.ts';
import { type ImageShape, type ImageSource, elementsOf } from '../../models/images.ts';
import { RandomStream } from '../../models/random.ts';
import { startImageTraining } from '../../models/training/image-training.ts';
import type { ImageTrainingSettings } from '../../models/run-settings.ts';
import type { Preparation } from '../ingest/preparation-settings.ts';

export interface StepTrial {
  readonly glow: GlowSettings;
  readonly settings: ImageTrainingSettings;
  readonly preparation: Preparation;
}

/** The first step also allocates what all later ones use. */
const STEPS = 2;

/** The time of one training step on images of noise, in seconds. @throws EngineError */
export async function stepSeconds(
  environment: Environment,
  { glow, settings, preparation: { channels, height, width } }: StepTrial,
): Promise<number> {
  const model = glowModel(glow);
  // Weights as they are before they are set from data: what they are does not change how long a step takes.
  const start = { kind: 'from-model', parameters: model.initialParameters(settings.seed) } as const;
  const source = new Noise({ channels, height, width });
  const training = await startImageTraining(environment, model, settings, source, start);
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
  readonly count = 1;
  readonly shape: ImageShape;
  readonly #image: Uint8Array;

  constructor(shape: ImageShape) {
    this.shape = shape;
    const noise = new Float32Array(elementsOf(shape));
    new RandomStream(0, 'trial').fillUniform16(noise);
    this.#image = Uint8Array.from(noise, (value) => value * 256);
  }

  read(indices: readonly number[]): Promise<readonly Uint8Array[]> {
    return Promise.resolve(indices.map(() => this.#image));
  }
}
