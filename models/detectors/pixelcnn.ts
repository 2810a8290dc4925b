/**
 * PixelCNN++ (Salimans et al. 2017): an exact likelihood, pixel by pixel. Scored by it and, with a PixelCNN++ of a general
 * distribution, by the ratio of both (Schirrmeister et al., NeurIPS 2020, table 4).
 */
import * as a from '../array.ts';
import { trace } from '../compile/trace.ts';
import type { Layout } from '../flows/layout.ts';
import type { ImageShape } from '../images.ts';
import { type ImageFitSettings, imageFitSettings } from '../run-settings.ts';
import { binMiddleSamples } from '../samples.ts';
import type { ScoredModel, Trainable } from './detector.ts';
import type { ImageScorer, TrainedMethod } from './method.ts';
import { logDensityMap } from './pixelcnn/network.ts';
import {
  type PixelCnnNetwork,
  initialPixelCnnParameters,
  pixelCnnParameterSpecs,
} from './pixelcnn/parameters.ts';
import { SIZES } from './pixelcnn/presets.ts';
import { imageInput, imagesIn, parameterInputs } from './shared/image-program.ts';
import { meanBitsPerDimension } from './shared/mean-bits-per-dimension.ts';
import { byLikelihood, openRatioScorer } from './shared/ratio-scorer.ts';

export interface PixelCnnFit {
  readonly network: PixelCnnNetwork;
  readonly run: ImageFitSettings;
}

export const pixelcnn: TrainedMethod<PixelCnnFit> = {
  kind: 'trained',
  id: 'pixelcnn',
  title: 'PixelCNN++',
  use: 'Use it beside Glow when an exact map of how unlikely each pixel is matters more than speed; best with a general model.',
  source: 'Salimans et al. 2017; as a detector Schirrmeister et al., NeurIPS 2020, table 4',
  needs: { general: 'none', generalModel: 'optional', exposure: 'none', encoder: 'none', classes: 'none' },
  hasMaps: true,
  tiles: 'sum',
  unit: 'bits-per-dimension',

  settings(preset, { channels }, choices = {}) {
    const { network, ...size } = SIZES[preset];
    const optimiser = { kind: 'adam', weightDecay: 0 } as const;
    return {
      network: { channels, ...network },
      run: imageFitSettings({ ...size, optimiser, patience: 0 }, choices),
    };
  },
  effort: ({ run }) => ({ steps: run.schedule.totalSteps, batchSize: run.batchSize }),
  kept: ({ network }) => pixelCnnParameterSpecs(network),
  likelihood: ({ network }) => scoredModel(network),

  prepare(environment, { normal, heldOut, start, generalModel }, { network, run }, seed) {
    const { shape } = normal;
    requireSides(network, shape);
    const model = scoredModel(network);
    return Promise.resolve({
      trainable: likelihoodOf(network, run.batchSize, shape),
      inputs: [{ name: 'images', samples: binMiddleSamples(normal, run.augmentation), size: run.batchSize }],
      initial: start ?? generalModel ?? initialPixelCnnParameters(network, seed),
      run,
      measure: (parameters) => meanBitsPerDimension(environment, model, parameters, heldOut),
      finish: (parameters) => Promise.resolve(parameters),
    });
  },

  async open(environment, { network }, fitted, shape, batch): Promise<ImageScorer> {
    requireSides(network, shape);
    return openRatioScorer(environment, scoredModel(network), fitted, shape, batch, byLikelihood(1));
  },
};

/** −ln p of images, its mean over a batch. */
export function likelihoodOf(network: PixelCnnNetwork, batch: number, shape: ImageShape): Trainable {
  return {
    description: `pixelcnn ${JSON.stringify([network, batch, shape])}`,
    parameters: pixelCnnParameterSpecs(network),
    objective: (layout: Layout) => ({
      inputs: [imageInput(batch, shape)],
      evaluate(parameters, inputs) {
        const map = logDensityMap(network, parameters, imagesIn(inputs), layout);
        const sampleLoss = a.negative(a.sum(map, [1, 2]));
        return { loss: a.mean(sampleLoss), sampleLoss };
      },
    }),
  };
}

export function scoredModel(network: PixelCnnNetwork): ScoredModel {
  const parameters = parameterInputs(pixelCnnParameterSpecs(network));
  return {
    scales: 1,
    traceScoring: (batch, shape) =>
      trace(
        (inputs) => ({ map0: logDensityMap(network, inputs, imagesIn(inputs), 'channels-first') }),
        [...parameters, imageInput(batch, shape)],
      ),
  };
}

function requireSides({ resolutions, channels }: PixelCnnNetwork, shape: ImageShape): void {
  const step = 2 ** (resolutions - 1);
  if (shape.height % step !== 0 || shape.width % step !== 0) {
    throw new RangeError(
      `PixelCNN++ with ${resolutions} resolutions takes images whose sides are multiples of ${step}, not ${shape.height}×${shape.width}`,
    );
  }
  if (shape.channels !== channels)
    throw new RangeError(`the model takes images of ${channels} channels, not ${shape.channels}`);
}
