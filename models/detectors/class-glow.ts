/**
 * Class-conditional Glow (Schirrmeister et al., NeurIPS 2020, supplement): one flow whose last latent has a Gaussian for each kind of
 * normal image, each of which has the other kinds' images as outliers.
 */
import { type ImageSource, bitsPerDimension, elementsOf } from '../images.ts';
import type { ImageFitSettings } from '../run-settings.ts';
import { dequantisedSamples, labelledSamples } from '../samples.ts';
import { ClassDensities, mixture } from './class-glow/class-densities.ts';
import { classGlowParameterSpecs, initialClasses } from './class-glow/density.ts';
import { type ClassNegatives, classObjective } from './class-glow/objective.ts';
import { asGeneral, publishedRatio, withoutGeneral } from './glow/against-outliers.ts';
import { glowModel } from './glow/model.ts';
import { outlierValue } from './glow/outlier-value.ts';
import type { GlowSettings } from './glow/parameters.ts';
import { fitSettings, glowSettings, preset, shallowGlow } from './glow/presets.ts';
import type { ClassIndices, ImageScores, TrainedMethod } from './method.ts';
import { FitDataError } from './shared/fit-data-error.ts';
import { initialisedParameters } from './shared/initialisation.ts';
import { LikelihoodScorer, logLikelihood } from './shared/likelihood-scorer.ts';
import { logLikelihoods } from './shared/mean-bits-per-dimension.ts';

export interface ClassGlowFit {
  readonly glow: GlowSettings;
  readonly run: ImageFitSettings;
  readonly classes: number;
  readonly negatives: ClassNegatives;
}

const CLASSES = 10;
const BATCH = 64;

export const classGlow: TrainedMethod<ClassGlowFit> = {
  kind: 'trained',
  id: 'class-glow',
  title: 'Class-conditional Glow',
  use: 'Use it where normal images come in known kinds, to find what is of none of them; it also says which kind an image is closest to.',
  source: 'Schirrmeister et al., NeurIPS 2020: supplement, outlier loss (section 3.2) per class',
  needs: {
    general: 'none',
    generalModel: 'optional',
    exposure: 'none',
    encoder: 'none',
    classes: 'required',
  },
  generalModelOf: 'glow',
  hasMaps: false,
  tiles: 'sum',
  unit: 'bits-per-dimension',

  settings(name, shape, choices = {}) {
    const chosen = preset(name);
    return {
      glow: glowSettings(chosen, shape),
      run: fitSettings(chosen, choices),
      classes: choices.classes ?? CLASSES,
      negatives: publishedRatio(elementsOf(shape)),
    };
  },
  effort: ({ run }) => ({ steps: run.schedule.totalSteps, batchSize: run.batchSize }),
  shallower(settings) {
    const { glow: network, times } = shallowGlow(settings.glow);
    return { settings: { ...settings, glow: network }, times };
  },
  kept: ({ glow, classes }, shape) => classGlowParameterSpecs(glow, classes, shape),

  async prepare(environment, data, settings, seed) {
    const { glow, run, classes, negatives } = settings;
    const { normal, heldOut, generalModel, start } = data;
    const indices = requireClasses(data.classes, normal, heldOut, classes);
    const from = start ?? {
      ...(generalModel ?? (await initialisedParameters(environment, glowModel(glow), seed, normal))),
      ...initialClasses(glow, classes, normal.shape),
    };
    const general = generalModel === null ? {} : asGeneral(generalModel);
    const broad =
      generalModel === null
        ? null
        : await logLikelihoods(environment, glowModel(glow), generalModel, heldOut);
    const samples = dequantisedSamples(normal, run.augmentation);
    return {
      trainable: classObjective(glow, classes, negatives, run.batchSize, normal.shape, generalModel !== null),
      inputs: [
        { name: 'labelled', samples: labelledSamples(samples, indices.normal, classes), size: run.batchSize },
      ],
      initial: { ...from, ...general },
      run,
      async measure(parameters) {
        const model = await ClassDensities.open(
          environment,
          settings,
          withoutGeneral(parameters),
          heldOut.shape,
          BATCH,
        );
        const densities = await model.ofAll(heldOut).finally(() => model.dispose());
        const own = densities.map((row, image) => row[indices.heldOut[image] ?? 0] ?? NaN);
        const others = densities.flatMap((row, image) =>
          row.flatMap((value, index) => (index === indices.heldOut[image] ? [] : [{ value, image }])),
        );
        const against = outlierValue(
          { kind: 'ratio', ...negatives },
          {
            normal: own,
            outlier: others.map(({ value }) => value),
            general: others.map(({ image }) => (broad ?? own)[image] ?? NaN),
          },
        );
        const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
        const size = elementsOf(heldOut.shape);
        return bitsPerDimension(mean, size) + against / (size * Math.LN2);
      },
      finish: (parameters) => Promise.resolve(withoutGeneral(parameters)),
    };
  },

  async open(environment, settings, { parameters, generalModel }, shape, batch) {
    const own = await ClassDensities.open(environment, settings, parameters, shape, batch);
    const general =
      generalModel === null
        ? null
        : await LikelihoodScorer.open(environment, glowModel(settings.glow), generalModel, batch, shape);
    return {
      batch,
      async score(images) {
        const densities = await own.of(images);
        const broad = await general?.score(images);
        return densities.map((row, index): ImageScores => {
          const found = broad?.[index];
          const likelihood = -mixture(row);
          const scores = { likelihood, 'nearest-class': -Math.max(...row) };
          return {
            scores: found === undefined ? scores : { ratio: logLikelihood(found) + likelihood, ...scores },
            maps: {},
          };
        });
      },
      async dispose() {
        await own.dispose();
        await general?.dispose();
      },
    };
  },
};

/** @throws {FitDataError} where images have no class, or one that the settings do not count */
function requireClasses(
  indices: ClassIndices | undefined,
  normal: ImageSource,
  heldOut: ImageSource,
  classes: number,
): ClassIndices {
  if (indices === undefined)
    throw new FitDataError(
      'missing',
      'Class-conditional Glow needs to know the class of each normal image: give the images in a folder a class.',
    );
  if (indices.normal.length !== normal.count || indices.heldOut.length !== heldOut.count)
    throw new RangeError('every normal and held-out image has one class');
  if (indices.count !== classes)
    throw new RangeError(`the detector is set up for ${classes} classes, not ${indices.count}`);
  const known = (index: number) => Number.isInteger(index) && index >= 0 && index < classes;
  if (classes < 2 || ![...indices.normal, ...indices.heldOut].every(known))
    throw new RangeError(`classes are counted from 0, and there are at least 2: ${classes} are given`);
  return indices;
}
