import type { Voi } from './stored-image.ts';

/** From modality values to 0..1; what lies outside is clipped. */
export type Curve =
  /** Straight from 0 at `low` to 1 at `high`. Without extent it is a step: 0 up to it, 1 above. */
  | { readonly kind: 'ramp'; readonly low: number; readonly high: number }
  | { readonly kind: 'function'; readonly fraction: (value: number) => number };

export function ramp(low: number, high: number): Curve {
  return { kind: 'ramp', low, high };
}

/** PS3.3 C.11.2.1: a window or a lookup table. */
export function voiCurve(voi: Voi): Curve {
  if (voi.kind === 'table') {
    const { first, entries, white } = voi;
    const last = entries.length - 1;
    const fraction = (value: number) =>
      (entries[Math.min(last, Math.max(0, Math.round(value) - first))] ?? 0) / white;
    return { kind: 'function', fraction };
  }
  const { centre, width } = voi;
  switch (voi.function) {
    case 'LINEAR': {
      // A width of 1 is a threshold, as the standard's pseudo code has it.
      const low = centre - 0.5 - (width - 1) / 2;
      return ramp(low, low + width - 1);
    }
    case 'LINEAR_EXACT':
      return ramp(centre - width / 2, centre + width / 2);
    case 'SIGMOID':
      return { kind: 'function', fraction: (value) => 1 / (1 + Math.exp((-4 * (value - centre)) / width)) };
  }
}

/** The curve as a function, not clipped. */
export function fractionAlong(curve: Curve): (value: number) => number {
  if (curve.kind === 'function') return curve.fraction;
  const { low, high } = curve;
  return high > low ? (value) => (value - low) / (high - low) : (value) => (value <= low ? 0 : 1);
}
