/**
 * Glow (Kingma & Dhariwal 2018), scored by its likelihood and, with a Glow of a general distribution, by the ratio of both
 * (Schirrmeister et al., NeurIPS 2020); fitted by likelihood alone, or against general images as outliers.
 */
import { type GlowFit, prepareLikelihoodFit, prepareOutlierFit } from './glow/fits.ts';
import { glowModel } from './glow/model.ts';
import { fitSettings, glowSettings, preset } from './glow/presets.ts';
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

  settings(name, shape) {
    const chosen = preset(name);
    const fit = fitSettings(chosen, { seed: 0, fineTuning: false, flipHorizontally: true });
    return { glow: glowSettings(chosen, shape), fit, outliers: null, frozenScales: 0 };
  },

  prepare: (environment, data, settings, seed) =>
    settings.outliers === null
      ? prepareLikelihoodFit(environment, data, settings, seed)
      : prepareOutlierFit(environment, data, settings, settings.outliers, seed),

  open: (environment, settings, fitted, shape, batch) =>
    openRatioScorer(environment, glowModel(settings.glow), fitted, shape, batch, (own, general) => ({
      scores: scoresOf({ own, general }),
      maps: mapsOf({ own, general }),
    })),
};
