/**
 * Dense Glow (Schirrmeister et al., NeurIPS 2020, section 4.1 and supplement): a normalising flow whose subnets are fully connected. It
 * models images worse than the convolutional one, and finds what is foreign among small, centred images better.
 */
import * as a from '../array.ts';
import { trace } from '../compile/trace.ts';
import type { ImageShape } from '../images.ts';
import { type ImageFitSettings, imageFitSettings } from '../run-settings.ts';
import { denseContributions, denseInitialisation } from './dense-glow/flow.ts';
import {
  type DenseGlowNetwork,
  denseGlowParameterSpecs,
  initialDenseGlowParameters,
} from './dense-glow/parameters.ts';
import { SIZES } from './dense-glow/presets.ts';
import { type LikelihoodModel, initialised } from './detector.ts';
import type { TrainedMethod } from './method.ts';
import { imageInput, imagesIn, parameterInputs } from './shared/image-program.ts';
import { prepareDensity } from './shared/likelihood-fit.ts';
import { byLikelihood, openRatioScorer } from './shared/ratio-scorer.ts';

export interface DenseGlowFit {
  readonly network: DenseGlowNetwork;
  readonly run: ImageFitSettings;
}

const SCALES = 3;

export const denseGlow: TrainedMethod<DenseGlowFit> = {
  kind: 'trained',
  id: 'dense-glow',
  title: 'Dense Glow',
  use: 'Use it for small images of one kind in one place, such as digits or centred parts, where a convolutional Glow only sees textures.',
  source: 'Kingma & Dhariwal 2018; fully connected as in Schirrmeister et al., NeurIPS 2020, section 4.1',
  needs: { general: 'none', generalModel: 'optional', exposure: 'none', encoder: 'none', classes: 'none' },
  hasMaps: false,
  tiles: 'sum',
  unit: 'bits-per-dimension',

  settings(preset, shape, choices = {}) {
    const { stepsPerScale, hidden, ...size } = SIZES[preset];
    const optimiser = { kind: 'adamax', weightDecay: 5e-5 } as const;
    const { channels, height, width } = shape;
    return {
      network: { channels, height, width, scales: SCALES, stepsPerScale, hidden },
      run: imageFitSettings({ ...size, optimiser, patience: 3 }, choices),
    };
  },
  effort: ({ run }) => ({ steps: run.schedule.totalSteps, batchSize: run.batchSize }),
  kept: ({ network }) => denseGlowParameterSpecs(network),
  likelihood: ({ network }) => denseGlowModel(network),

  async prepare(environment, data, { network, run }, seed) {
    requireShape(network, data.normal.shape);
    return prepareDensity(environment, denseGlowModel(network), data, run, seed);
  },

  async open(environment, { network }, fitted, shape, batch) {
    requireShape(network, shape);
    return openRatioScorer(environment, denseGlowModel(network), fitted, shape, batch, byLikelihood(null));
  },
};

export function denseGlowModel(network: DenseGlowNetwork): LikelihoodModel {
  const parameters = denseGlowParameterSpecs(network);
  const programInputs = (batch: number, shape: ImageShape) => [
    ...parameterInputs(parameters),
    imageInput(batch, shape),
  ];
  return {
    description: `dense glow ${JSON.stringify(network)}`,
    scales: network.scales,
    parameters,
    initialParameters: (seed) => initialDenseGlowParameters(network, seed),
    objective: (batch, shape, layout) => ({
      inputs: [imageInput(batch, shape)],
      evaluate(tensors, inputs) {
        const maps = denseContributions(network, tensors, imagesIn(inputs), layout);
        const sampleLoss = a.negative(maps.map((map) => a.sum(map, [1, 2])).reduce(a.add));
        return { loss: a.mean(sampleLoss), sampleLoss };
      },
    }),
    traceInitialisation: (batch, shape) =>
      trace(
        (inputs) => {
          const set = denseInitialisation(network, inputs, imagesIn(inputs), 'channels-first');
          return Object.fromEntries(Object.entries(set).map(([name, value]) => [initialised(name), value]));
        },
        programInputs(batch, shape),
      ),
    traceScoring: (batch, shape) =>
      trace(
        (inputs) => {
          const maps = denseContributions(network, inputs, imagesIn(inputs), 'channels-first');
          return Object.fromEntries(maps.map((map, scale) => [`map${scale}`, map]));
        },
        programInputs(batch, shape),
      ),
  };
}

function requireShape({ channels, height, width, scales }: DenseGlowNetwork, shape: ImageShape): void {
  if (shape.channels !== channels || shape.height !== height || shape.width !== width) {
    throw new RangeError(
      `this dense Glow takes images of ${height}×${width}×${channels}, not ${shape.height}×${shape.width}×${shape.channels}`,
    );
  }
  const step = 2 ** scales;
  if (height % step !== 0 || width % step !== 0)
    throw new RangeError(
      `dense Glow takes images whose sides are multiples of ${step}, not ${height}×${width}`,
    );
}
