/** How a Glow is fitted: to in-distribution images alone, or against general images too. */
import type { Environment } from '../../device.ts';
import { type ImageSource, bitsPerDimension, elementsOf } from '../../images.ts';
import type { ImageFitSettings } from '../../run-settings.ts';
import { learnedImages } from '../../samples.ts';
import type { ParameterData, ParameterSpec } from '../detector.ts';
import type { FitData, PreparedFit } from '../method.ts';
import { initialisedParameters } from '../shared/initialisation.ts';
import { prepareDensity } from '../shared/likelihood-fit.ts';
import { FitDataError } from '../shared/fit-data-error.ts';
import { logLikelihoods } from '../shared/mean-bits-per-dimension.ts';
import { type OutlierObjective, asGeneral, glowAgainstOutliers, withoutGeneral } from './against-outliers.ts';
import { glowModel } from './model.ts';
import { outlierValue } from './outlier-value.ts';
import { type GlowSettings, glowParameterSpecs } from './parameters.ts';

export interface GlowFit {
  readonly glow: GlowSettings;
  readonly fit: ImageFitSettings;
  /** How general images are used as outliers; null to fit by likelihood alone. */
  readonly outliers: OutlierObjective | null;
  /** The first so many scales stay as they are in the general model: the paper's open idea has 2. */
  readonly frozenScales: number;
}

/** So many general images decide beside the held-out ones which weights are best. */
const MEASURED_OUTLIERS = 128;

export function prepareLikelihoodFit(
  environment: Environment,
  data: FitData,
  settings: GlowFit,
  seed: number,
): Promise<PreparedFit> {
  const model = glowModel(settings.glow);
  const frozen = {
    ...model,
    description: `${model.description}, ${settings.frozenScales} scales frozen`,
    parameters: ownParameters(settings),
  };
  return prepareDensity(environment, frozen, data, settings.fit, seed);
}

/** @throws {FitDataError} without general images, or without a general model where the objective compares with it */
export async function prepareOutlierFit(
  environment: Environment,
  data: FitData,
  settings: GlowFit,
  objective: OutlierObjective,
  seed: number,
): Promise<PreparedFit> {
  const { general, generalModel } = data;
  if (general === null)
    throw new FitDataError(
      'missing',
      'Fitting against outliers needs general images; choose a folder of them.',
    );
  if (generalModel === null && objective.kind === 'ratio') {
    throw new FitDataError(
      'missing',
      'Fitting against outliers by the ratio needs a general model; fit one first.',
    );
  }
  const { shape } = data.normal;
  const { batchSize } = settings.fit;
  const model = glowModel(settings.glow);
  const count = Math.min(MEASURED_OUTLIERS, general.count);
  const ofOutliers = (weights: ParameterData) => logLikelihoods(environment, model, weights, general, count);
  const compared = objective.kind === 'ratio' ? generalModel : null;
  const broad = compared === null ? [] : await ofOutliers(compared);
  return {
    trainable: glowAgainstOutliers(
      settings.glow,
      ownParameters(settings),
      objective,
      { images: batchSize, outliers: batchSize },
      shape,
    ),
    inputs: [learnedImages(data.normal, settings.fit), learnedImages(general, settings.fit, 'outliers')],
    initial: {
      ...(await startOf(environment, data, settings, seed)),
      ...(compared === null ? {} : asGeneral(compared)),
    },
    run: settings.fit,
    async measure(parameters) {
      const own = withoutGeneral(parameters);
      const normal = await logLikelihoods(environment, model, own, data.heldOut);
      const against = outlierValue(objective, { normal, outlier: await ofOutliers(own), general: broad });
      return bitsOf(normal, data.heldOut) + against / (elementsOf(shape) * Math.LN2);
    },
    finish: (parameters) => Promise.resolve(withoutGeneral(parameters)),
  };
}

function ownParameters({ glow, frozenScales }: GlowFit): ParameterSpec[] {
  const isFrozen = (name: string) =>
    Array.from({ length: frozenScales }, (_, scale) => `scale${scale}.`).some((scale) =>
      name.startsWith(scale),
    );
  return glowParameterSpecs(glow).map((spec) => (isFrozen(spec.name) ? { ...spec, trained: false } : spec));
}

function startOf(
  environment: Environment,
  { generalModel, start, normal }: FitData,
  { glow }: GlowFit,
  seed: number,
): Promise<ParameterData> {
  const from = start ?? generalModel;
  return from === null
    ? initialisedParameters(environment, glowModel(glow), seed, normal)
    : Promise.resolve(from);
}

function bitsOf(values: readonly number[], { shape }: ImageSource): number {
  return bitsPerDimension(values.reduce((sum, value) => sum + value, 0) / values.length, elementsOf(shape));
}
