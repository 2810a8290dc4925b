import { join } from 'node:path';
import { z } from 'zod';
import type { ParameterData } from '../../../models/detectors/detector.ts';
import { Preparation } from '../../ingest/preparation-settings.ts';
import type { Detector, DetectorEncoder } from '../../jobs/detector.ts';
import { type BoundDetector, boundDetector } from '../../jobs/known-detectors.ts';
import { decodeTensors } from '../../jobs/weights-file.ts';
import type { Model } from '../../store/models.ts';
import type { Context } from '../context.ts';
import { choiceOf, encoderName } from '../encoders/encoders.ts';
import { glowScoreNames } from './older-records.ts';
import { type ModelMetrics, type ModelSettings, modelMetrics, modelSettings } from './records.ts';
import { ServiceError } from '../service-error.ts';

/** A model's record with its JSON parts read. */
export interface KnownModel {
  readonly record: Model;
  readonly settings: ModelSettings;
  readonly detector: BoundDetector;
  readonly preparation: Preparation;
  readonly metrics: ModelMetrics;
  /** Names of its scores, the one to look at first at the front. */
  readonly scores: readonly string[];
}

/** @throws ServiceError 'unknown-model' | 'unreadable-model' */
export function findModel(ctx: Context, name: string): KnownModel {
  const record = ctx.store.models.find(name);
  if (record !== undefined) return knownModel(record);
  const names = ctx.store.models.list().map((model) => `"${model.name}"`);
  throw new ServiceError(
    'unknown-model',
    names.length === 0
      ? `There is no model named "${name}"; fit one first.`
      : `There is no model named "${name}"; choose one of ${names.join(', ')}, or fit it.`,
  );
}

/** @throws ServiceError 'unreadable-model' */
export function knownModel(record: Model): KnownModel {
  const parsed = z
    .object({ settings: modelSettings, preparation: Preparation, metrics: modelMetrics })
    .safeParse(record);
  if (!parsed.success) {
    throw new ServiceError(
      'unreadable-model',
      `The model "${record.name}" was fitted with a flowscreen whose settings this one cannot read; fit it again.`,
      { cause: parsed.error },
    );
  }
  const { settings, preparation, metrics } = parsed.data;
  return {
    record,
    settings,
    detector: boundDetector(settings.detector),
    preparation,
    metrics,
    scores: metrics.scores ?? glowScoreNames(Object.keys(metrics.heldOutScores)),
  };
}

/** The other half of a model's ratio; null where it has none. @throws ServiceError 'unreadable-model' */
export function generalOf(ctx: Context, { record }: KnownModel): KnownModel | null {
  return record.generalModelId === null ? null : knownModel(ctx.store.models.get(record.generalModelId));
}

/**
 * A model with the general one of its ratio and its encoder, ready to score.
 * @throws ServiceError 'unknown-encoder' where its encoder is not here
 * @throws StoreError 'missing-weights' | 'corrupt-weights', WeightsFileError
 */
export function loadDetector(ctx: Context, model: KnownModel): Detector {
  const general = generalOf(ctx, model);
  return {
    choice: model.settings.detector,
    parameters: loadTensors(ctx, model.record.weightsHash),
    generalModel: general === null ? null : loadTensors(ctx, general.record.weightsHash),
    encoder: encoderOf(ctx, model),
  };
}

function encoderOf(ctx: Context, { record, settings, metrics }: KnownModel): DetectorEncoder | null {
  const { encoder, encoderName: named } = settings;
  if (encoder === null) return null;
  if (encoderName(ctx, encoder) === null) {
    throw new ServiceError(
      'unknown-encoder',
      `The model "${record.name}" needs the encoder "${named ?? 'without a name'}" that it was fitted on, which is not here; add the encoder's file, as it was described then.`,
    );
  }
  return {
    choice: choiceOf(ctx, encoder),
    cacheFolder: featuresFolder(ctx),
    fingerprint: metrics.encoderFingerprint ?? null,
  };
}

/** Where features of encoders are kept. */
export function featuresFolder({ home }: Pick<Context, 'home'>): string {
  return join(home, 'features');
}

export function loadTensors(ctx: Context, hash: string): ParameterData {
  return decodeTensors(ctx.store.weights.load(hash)).tensors;
}

/** The score asked for, or the model's first. @throws ServiceError 'unknown-score' */
export function chooseScore(score: string | null, names: readonly string[]): string {
  const chosen = score ?? names[0];
  if (chosen !== undefined && names.includes(chosen)) return chosen;
  throw new ServiceError(
    'unknown-score',
    names.length === 0
      ? 'There are no scores yet; screen a dataset first.'
      : `There is no score "${score ?? ''}" here; choose one of ${names.join(', ')}.`,
  );
}
