/**
 * Momentum contrast (He et al. 2020; its version 2, Chen et al. 2020): an encoder learns to tell which two views come from one image.
 * The keys come from the moving average of the encoder that is trained; a queue keeps those of earlier batches as what to tell from.
 */
import * as a from '../array.ts';
import { type Trainable, averageOf } from '../detectors/detector.ts';
import type { PreparedFit } from '../detectors/method.ts';
import type { Environment } from '../device.ts';
import type { ImageShape, ImageSource } from '../images.ts';
import { infoNce } from '../losses/info-nce.ts';
import { RandomStream } from '../random.ts';
import { twoViews } from '../views.ts';
import { VIEWS, get, mocoParameters, projected, viewPair, viewsInput } from './moco-network.ts';
import { heldOutLoss, initialWeights } from './moco-programs.ts';
import type { MocoSettings } from './moco-settings.ts';

const QUEUE = 'queue';

/** Pre-training on images of any kind, ready to begin. */
export async function prepareMoco(
  environment: Environment,
  data: { readonly images: ImageSource; readonly heldOut: ImageSource },
  settings: MocoSettings,
  seed: number,
): Promise<PreparedFit> {
  return {
    trainable: mocoTrainable(settings, data.images.shape),
    inputs: [{ name: VIEWS, samples: twoViews(data.images, settings.views), size: settings.batchSize }],
    initial: {
      ...(await initialWeights(environment, settings, data.images, seed)),
      [QUEUE]: randomKeys(settings, seed),
    },
    run: settings.run,
    measure: (parameters) => heldOutLoss(environment, settings, data.heldOut, parameters, seed),
    finish: (parameters) => Promise.resolve(parameters),
  };
}

export function mocoTrainable(settings: MocoSettings, shape: ImageShape): Trainable {
  const { network, batchSize, queue, projection, temperature } = settings;
  if (queue < batchSize)
    throw new RangeError(`a queue of ${queue} keys does not hold a batch of ${batchSize}`);
  const parameters = mocoParameters(settings);
  return {
    description: `moco ${JSON.stringify({ network, batchSize, queue, projection, temperature, shape })}`,
    parameters,
    carried: [{ name: QUEUE, shape: [queue, projection] }],
    objective: (layout) => ({
      inputs: [viewsInput(batchSize, shape)],
      evaluate(tensors, batch) {
        const [seen, other] = viewPair(get(batch, VIEWS));
        const averages = Object.fromEntries(
          parameters.map(({ name }) => [name, get(tensors, averageOf(name))]),
        );
        const queries = projected(settings, tensors, seen, layout);
        const keys = projected(settings, averages, other, layout);
        const known = get(batch, QUEUE);
        const sampleLoss = infoNce(queries, keys, known, temperature);
        const [kept] = queue === batchSize ? [] : a.split(known, [queue - batchSize, batchSize], 0);
        return {
          loss: a.mean(sampleLoss),
          sampleLoss,
          carried: { [QUEUE]: kept === undefined ? keys : a.concat([keys, kept], 0) },
        };
      },
    }),
  };
}

/** `[K, P]`: random directions. */
function randomKeys({ queue, projection }: MocoSettings, seed: number): Float32Array<ArrayBuffer> {
  const random = new RandomStream(seed, 'queue');
  const keys = new Float32Array(queue * projection);
  for (let key = 0; key < queue; key++) {
    const direction = Array.from({ length: projection }, () => random.normal());
    const length = Math.hypot(...direction);
    const unit = direction.map((value) => value / length);
    keys.set(unit, key * projection);
  }
  return keys;
}
