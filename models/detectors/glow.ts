/**
 * Glow (Kingma & Dhariwal 2018), scored by its likelihood and, with a Glow of a general distribution, by the ratio of both
 * (Schirrmeister et al., NeurIPS 2020); fitted by likelihood alone, or against general images as outliers.
 */
import { elementsOf } from '../images.ts';
import { type GlowFit, prepareLikelihoodFit, prepareOutlierFit } from './glow/fits.ts';
import { publishedOutlierObjective } from './glow/against-outliers.ts';
import { glowModel } from './glow/model.ts';
import { glowParameterSpecs } from './glow/parameters.ts';
import { fitSettings, glowSettings, preset, shallowGlow } from './glow/presets.ts';
import type { TrainedMethod } from './method.ts';
import { mapsOf, scoresOf } from './shared/likelihood-scores.ts';
import { openRatioScorer } from './shared/ratio-scorer.ts';

export type { GlowFit } from './glow/fits.ts';

export const glow: TrainedMethod<GlowFit> = {
  kind: 'trained',
  id: 'glow',
  title: 'Glow',
  use: 'Use it when there are only normal images: it finds unlikely structures at three scales and shows where, best with a general model.',
  source:
    'Kingma & Dhariwal 2018; Schirrmeister et al., NeurIPS 2020: ratio and contributions (eq. 3), outlier loss (section 3.2)',
  needs: {
    general: 'optional',
    generalModel: 'optional',
    exposure: 'none',
    encoder: 'none',
    classes: 'none',
  },
  hasMaps: true,
  tiles: 'sum',
  unit: 'bits-per-dimension',

  settings(name, shape, choices = {}) {
    const chosen = preset(name);
    const { fineTuning = false, generalImages = false } = choices;
    return {
      glow: glowSettings(chosen, shape),
      fit: fitSettings(chosen, choices),
      // The ratio is to the general model; without one a margin is all there is.
      outliers: generalImages
        ? publishedOutlierObjective(fineTuning ? 'ratio' : 'margin', elementsOf(shape))
        : null,
      frozenScales: 0,
    };
  },
  effort: ({ fit }) => ({ steps: fit.schedule.totalSteps, batchSize: fit.batchSize }),
  shallower(settings) {
    const { glow: network, times } = shallowGlow(settings.glow);
    return { settings: { ...settings, glow: network }, times };
  },
  kept: (settings) => glowParameterSpecs(settings.glow),
  likelihood: (settings) => glowModel(settings.glow),

  prepare: (environment, data, settings, seed) =>
    settings.outliers === null
      ? prepareLikelihoodFit(environment, data, settings, seed)
      : prepareOutlierFit(environment, data, settings, settings.outliers, seed),

  open: (environment, settings, fitted, shape, batch) =>
    openRatioScorer(environment, glowModel(settings.glow), fitted, shape, batch, (own, general) => ({
      scores: scoresOf({ own, general }),
      // Many are scored without a look at their maps.
      get maps() {
        return mapsOf({ own, general });
      },
    })),
};
