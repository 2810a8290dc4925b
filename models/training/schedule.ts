import type { Schedule } from '../run-settings.ts';

const FLOOR = 0.01;

/** @param step 1 for the first */
export function learningRate({ peak, warmupSteps, totalSteps, decay }: Schedule, step: number): number {
  if (step <= warmupSteps) return (peak * step) / warmupSteps;
  if (decay === 'constant') return peak;
  if (decay === 'steps') return peak * (step > 0.75 * totalSteps ? 0.01 : step > 0.5 * totalSteps ? 0.1 : 1);
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return peak * (FLOOR + (1 - FLOOR) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}
