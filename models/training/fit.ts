import type { ParameterData } from '../detectors/detector.ts';
import type { FitSettings } from '../run-settings.ts';
import type { StepReport, Training } from './training.ts';

export type FitEvent =
  | ({ readonly kind: 'step' } & StepReport)
  | {
      readonly kind: 'evaluation';
      readonly step: number;
      /** Bits/dim for a likelihood, else the loss: lower is better. */
      readonly heldOut: number;
      /** The best so far, this one included. */
      readonly best: { readonly heldOut: number; readonly step: number };
      /** Weights of this evaluation where it is the best so far. */
      readonly parameters: ParameterData | null;
    }
  | { readonly kind: 'finished'; readonly step: number; readonly reason: 'all-steps' | 'no-improvement' };

/**
 * Takes steps until all are taken or the held-out measure stops improving, and tells of each. The caller may stop asking
 * for more at any point (a pause, a cancel) and may take checkpoints of `training` between events.
 */
export async function* fit(
  training: Training,
  settings: FitSettings,
  measureHeldOut: (parameters: ParameterData) => Promise<number>,
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
    yield { kind: 'step', ...report };
    if (training.step % settings.evaluateEvery !== 0 && training.step !== totalSteps) continue;
    const parameters = await training.parameters();
    const heldOut = await measureHeldOut(parameters);
    const { best } = training.progress;
    const improved = best === null || heldOut < best.heldOut;
    const now = improved ? { heldOut, step: training.step } : best;
    training.progress = { ...training.progress, best: now };
    yield {
      kind: 'evaluation',
      step: training.step,
      heldOut,
      best: now,
      parameters: improved ? parameters : null,
    };
  }
  yield { kind: 'finished', step: training.step, reason: 'all-steps' };
}
