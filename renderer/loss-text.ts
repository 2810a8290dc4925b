import type { LossUnit } from '../preload/contract.ts';

/** As in "3.412 bits/dim". */
export function unitText(unit: LossUnit | null): string {
  switch (unit) {
    case 'bits-per-dimension':
      return 'bits/dim';
    case 'nats':
      return 'nats';
    case 'loss':
    case null:
      return 'loss';
  }
}

/** Of scores and of heatmaps of a model whose held-out measure is in `unit`: likelihoods are in nats, what else there is has none. */
export function scoreUnit(unit: LossUnit | null): 'nats' | null {
  return unit === 'bits-per-dimension' || unit === 'nats' ? 'nats' : null;
}

/** At the start of a line. */
export function unitTitle(unit: LossUnit | null): string {
  const text = unitText(unit);
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** Beside figures that may be of several detectors: the unit where it has one. */
export function lossText(value: number | null, unit: LossUnit | null, digits = 3): string {
  if (value === null) return '–';
  return unit === 'loss' || unit === null
    ? value.toFixed(digits)
    : `${value.toFixed(digits)} ${unitText(unit)}`;
}
