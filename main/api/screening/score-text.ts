import type { LossUnit } from '../../../models/detectors/method.ts';

/** Of a detector's scores, by the unit of what it is fitted by: likelihoods are in nats, distances and classifiers' answers have none. */
export function scoreUnit(unit: LossUnit | null): 'nats' | null {
  return unit === 'bits-per-dimension' || unit === 'nats' ? 'nats' : null;
}

/** What a heatmap's values are in; empty where they have no unit. */
export function mapUnit(unit: LossUnit | null): string {
  switch (unit) {
    case 'bits-per-dimension':
      return 'nats per pixel';
    case 'nats':
      return 'nats';
    case 'loss':
    case null:
      return '';
  }
}

/** "12.3 nats". Numbers without a unit may all lie between 0 and 1. */
export function scoreText(value: number, unit: LossUnit | null, digits = 1): string {
  const named = scoreUnit(unit);
  return named === null ? value.toPrecision(4) : `${value.toFixed(digits)} ${named}`;
}
