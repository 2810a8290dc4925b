import type { LossUnit } from '../../../models/detectors/method.ts';

/** As in "3.412 bits/dim". */
export function unitText(unit: LossUnit): string {
  switch (unit) {
    case 'bits-per-dimension':
      return 'bits/dim';
    case 'nats':
      return 'nats';
    case 'loss':
      return 'loss';
  }
}

/** "3.412 bits/dim"; nothing for what has no loss. */
export function lossText(value: number | null, unit: LossUnit | null, digits = 3): string {
  return value === null || unit === null ? '' : `${value.toFixed(digits)} ${unitText(unit)}`;
}
