import type { ParameterData } from '../detectors/detector.ts';
import { bitsPerDimension } from '../images.ts';
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

/**
 * Takes steps until all are taken or held-out bits/dim stop improving, and tells of each. The caller may stop asking
 * for more at any point (a pause, a cancel) and may take checkpoints of `training` between events.
 */
export async function* fit(
  training: Training,
  settings: FitSettings,
  heldOutBitsPerDimension: (parameters: ParameterData) => Promise<number>,
): AsyncGenerator<FitEvent> {
  const { totalSteps } = settings.schedule;
  const stale = () => {
    const { best } = training.progress;
    const since = best === null ? 0 : training.step - best.step;
    return settings.patience > 0 && since >= settings.patience * settings.evaluateEvery;
  };
  while (training.step < totalSteps) {
    // Asked before each step, so that a run resumed where it had stopped improving stays stopped.
    if (stale()) {
      yield { kind: 'finished', step: training.step, reason: 'no-improvement' };
      return;
    }
    const report = await training.takeStep();
    yield {
      kind: 'step',
      ...report,
      bitsPerDimension: bitsPerDimension(report.meanLogLikelihood, training.dimensions),
    };
    if (training.step % settings.evaluateEvery !== 0 && training.step !== totalSteps) continue;
    const parameters = await training.parameters();
    const measured = await heldOutBitsPerDimension(parameters);
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
  }
  yield { kind: 'finished', step: training.step, reason: 'all-steps' };
}
