import type { FitPoint } from '../../../preload/contract.ts';
import type { CurvePoint } from '../charts/thin-curve.ts';

type Quantity = 'loss' | 'heldOutLoss' | 'imagesPerSecond';

function curve(points: readonly FitPoint[], quantity: Quantity): CurvePoint[] {
  return points.flatMap((point) => {
    const y = point[quantity];
    return y === null ? [] : [{ x: point.step, y }];
  });
}

export const trainingCurve = (points: readonly FitPoint[]): CurvePoint[] => curve(points, 'loss');
export const heldOutCurve = (points: readonly FitPoint[]): CurvePoint[] => curve(points, 'heldOutLoss');
export const speedCurve = (points: readonly FitPoint[]): CurvePoint[] => curve(points, 'imagesPerSecond');

/**
 * Points that were read before with those read since. A resumed run goes back to its checkpoint: what it does again takes the
 * place of what was there.
 */
export function joinPoints(known: readonly FitPoint[], more: readonly FitPoint[]): readonly FitPoint[] {
  const [first] = more;
  if (first === undefined) return known;
  return [...known.filter(({ step }) => step < first.step), ...more];
}
