/**
 * Local Glow (Schirrmeister et al., NeurIPS 2020, section 4.2): a Glow of one scale on patches of 8×8 pixels that know nothing of one another.
 * An image's log-likelihood is the sum over its patches.
 */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { trace } from '../compile/trace.ts';
import type { Layout } from '../flows/layout.ts';
import type { ImageShape } from '../images.ts';
import type { ImageFitSettings } from '../run-settings.ts';
import { type LikelihoodModel, type NamedTensors, initialised } from './detector.ts';
import { actnormInitialisation } from './glow/flow.ts';
import { glowModel } from './glow/model.ts';
import type { GlowSettings } from './glow/parameters.ts';
import { fitSettings, preset, shallowGlow } from './glow/presets.ts';
import type { TrainedMethod } from './method.ts';
import { imageInput, imagesIn, parameterInputs } from './shared/image-program.ts';
import { prepareDensity } from './shared/likelihood-fit.ts';
import { byLikelihood, openRatioScorer } from './shared/ratio-scorer.ts';

export interface LocalGlowFit {
  /** Of one scale. */
  readonly glow: GlowSettings;
  readonly run: ImageFitSettings;
}

/** Pixels along each side of a patch. */
const PATCH = 8;

export const localGlow: TrainedMethod<LocalGlowFit> = {
  kind: 'trained',
  id: 'local-glow',
  title: 'Local Glow',
  use: 'Use it to find unusual texture in a small place, such as a scratch, whatever the image as a whole shows.',
  source: 'Schirrmeister et al., NeurIPS 2020, section 4.2',
  needs: { general: 'none', generalModel: 'optional', exposure: 'none', encoder: 'none', classes: 'none' },
  hasMaps: true,
  tiles: 'sum',
  unit: 'bits-per-dimension',

  settings(name, { channels }, choices = {}) {
    const size = preset(name);
    const { stepsPerScale, hiddenChannels } = size;
    return {
      glow: { channels, scales: 1, stepsPerScale, hiddenChannels },
      run: fitSettings(size, choices),
    };
  },
  effort: ({ run }) => ({ steps: run.schedule.totalSteps, batchSize: run.batchSize }),
  shallower(settings) {
    const { glow: network, times } = shallowGlow(settings.glow);
    return { settings: { ...settings, glow: network }, times };
  },
  kept: ({ glow }) => localGlowModel(glow).parameters,
  likelihood: ({ glow }) => localGlowModel(glow),

  async prepare(environment, data, { glow, run }, seed) {
    requireSides(data.normal.shape);
    return prepareDensity(environment, localGlowModel(glow), data, run, seed);
  },

  async open(environment, { glow }, fitted, shape, batch) {
    requireSides(shape);
    return openRatioScorer(environment, localGlowModel(glow), fitted, shape, batch, byLikelihood(PATCH));
  },
};

/** The map of its only scale has a value a patch. */
export function localGlowModel(glow: GlowSettings): LikelihoodModel {
  const ofPatches = glowModel(glow);
  const programInputs = (batch: number, shape: ImageShape) => [
    ...parameterInputs(ofPatches.parameters),
    imageInput(batch, shape),
  ];
  /** log p of each patch, `[B, H/8, W/8]`. */
  const patchMap = (
    tensors: NamedTensors,
    images: Tensor,
    { height, width }: ImageShape,
    layout: Layout,
  ): Tensor => {
    const patches = cut(images);
    const [count = 1] = patches.shape;
    const patchShape = { channels: glow.channels, height: PATCH, width: PATCH };
    const { sampleLoss } = ofPatches
      .objective(count, patchShape, layout)
      .evaluate(tensors, { images: patches });
    return a.reshape(a.negative(sampleLoss), [images.shape[0] ?? 1, height / PATCH, width / PATCH]);
  };
  return {
    description: `local ${ofPatches.description}`,
    scales: 1,
    parameters: ofPatches.parameters,
    initialParameters: (seed) => ofPatches.initialParameters(seed),
    objective: (batch, shape, layout) => ({
      inputs: [imageInput(batch, shape)],
      evaluate(tensors, inputs) {
        const sampleLoss = a.negative(a.sum(patchMap(tensors, imagesIn(inputs), shape, layout), [1, 2]));
        return { loss: a.mean(sampleLoss), sampleLoss };
      },
    }),
    traceInitialisation: (batch, shape) =>
      trace(
        (inputs) => {
          const set = actnormInitialisation(glow, inputs, cut(imagesIn(inputs)), 'channels-first');
          return Object.fromEntries(Object.entries(set).map(([name, value]) => [initialised(name), value]));
        },
        programInputs(batch, shape),
      ),
    traceScoring: (batch, shape) =>
      trace(
        (inputs) => ({ map0: patchMap(inputs, imagesIn(inputs), shape, 'channels-first') }),
        programInputs(batch, shape),
      ),
  };
}

/** `[B, C, H, W] → [B·H/8·W/8, C, 8, 8]`, row by row. */
function cut(images: Tensor): Tensor {
  const [batch = 1, channels = 1, height = PATCH, width = PATCH] = images.shape;
  const [rows, columns] = [height / PATCH, width / PATCH];
  const cells = a.reshape(images, [batch, channels, rows, PATCH, columns, PATCH]);
  return a.reshape(a.transpose(cells, [0, 2, 4, 1, 3, 5]), [batch * rows * columns, channels, PATCH, PATCH]);
}

function requireSides({ height, width }: ImageShape): void {
  if (height % PATCH !== 0 || width % PATCH !== 0)
    throw new RangeError(
      `local Glow takes images whose sides are multiples of ${PATCH}, not ${height}×${width}`,
    );
}
