import type { LikelihoodModel, ParameterData } from '../detectors/detector.ts';
import type { Environment } from '../device.ts';
import { type ImageSource, bitsPerDimension, elementsOf } from '../images.ts';
import { LikelihoodScorer, logLikelihood } from '../scoring/likelihood-scorer.ts';
import type { StepReport, Training, TrainingSettings } from './training.ts';

export interface FitSettings extends TrainingSettings {
  /** Held-out bits/dim are measured every so many steps, and after the last. */
  readonly evaluateEvery: number;
  /** Evaluations without a new best after which the run stops; 0 never stops early. */
  readonly patience: number;
}

export type FitEvent =
  | ({ readonly kind: 'step'; readonly bitsPerDimension: number } & StepReport)
  | {
      readonly kind: 'evaluation';
      readonly step: number;
      readonly heldOutBitsPerDimension: number;
      /** The best so far, this one included. */
      readonly best: { readonly bitsPerDimension: number; readonly step: number };
      /** Weights of this evaluation where it is the best so far. */
      readonly parameters: ParameterData | null;
    }
  | { readonly kind: 'finished'; readonly step: number; readonly reason: 'all-steps' | 'no-improvement' };

const EVALUATION_BATCH = 64;

/**
 * Takes steps until all are taken or held-out bits/dim stop improving, and tells of each. The caller may stop asking
 * for more at any point (a pause, a cancel) and may take checkpoints of `training` between events.
 */
export async function* fit(
  environment: Environment,
  model: LikelihoodModel,
  training: Training,
  settings: FitSettings,
  heldOut: ImageSource,
): AsyncGenerator<FitEvent> {
  const dimensions = elementsOf(heldOut.shape);
  const { totalSteps } = settings.schedule;
  const stale = () => {
    const { best } = training.progress;
    const since = best === null ? 0 : training.step - best.step;
    return settings.patience > 0 && since >= settings.patience * settings.evaluateEvery;
  };
  while (training.step < totalSteps) {
    const report = await training.takeStep();
    yield {
      kind: 'step',
      ...report,
      bitsPerDimension: bitsPerDimension(report.meanLogLikelihood, dimensions),
    };
    if (training.step % settings.evaluateEvery !== 0 && training.step !== totalSteps) continue;
    const parameters = await training.parameters();
    const measured = await meanBitsPerDimension(environment, model, parameters, heldOut);
    const { best } = training.progress;
    const improved = best === null || measured < best.bitsPerDimension;
    const now = improved ? { bitsPerDimension: measured, step: training.step } : best;
    training.progress = { ...training.progress, best: now };
    yield {
      kind: 'evaluation',
      step: training.step,
      heldOutBitsPerDimension: measured,
      best: now,
      parameters: improved ? parameters : null,
    };
    if (stale()) {
      yield { kind: 'finished', step: training.step, reason: 'no-improvement' };
      return;
    }
  }
  yield { kind: 'finished', step: training.step, reason: 'all-steps' };
}

/** Mean bits per dimension of images under a model, without noise. */
export async function meanBitsPerDimension(
  environment: Environment,
  model: LikelihoodModel,
  parameters: ParameterData,
  source: ImageSource,
): Promise<number> {
  const scorer = await LikelihoodScorer.open(environment, model, parameters, EVALUATION_BATCH, source.shape);
  try {
    let sum = 0;
    for (let from = 0; from < source.count; from += EVALUATION_BATCH) {
      const count = Math.min(EVALUATION_BATCH, source.count - from);
      const images = await source.read(Array.from({ length: count }, (_, index) => from + index));
      for (const likelihood of await scorer.score(images)) sum += logLikelihood(likelihood);
    }
    return bitsPerDimension(sum / source.count, elementsOf(source.shape));
  } finally {
    await scorer.dispose();
  }
}
