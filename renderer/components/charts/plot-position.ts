/** Where values lie on a horizontal axis, for what is laid over a chart. */
export interface PlotAxis {
  /** Pixels from the left edge of the chart to the left and the right end of the axis. */
  readonly left: number;
  readonly right: number;
  readonly from: number;
  readonly to: number;
}

export function pixelOf(value: number, { left, right, from, to }: PlotAxis): number {
  return left + ((clamp(value, from, to) - from) / (to - from)) * (right - left);
}

/** The value under a pixel; the nearer end of the axis where the pixel lies beside it. */
export function valueAt(pixel: number, { left, right, from, to }: PlotAxis): number {
  if (right <= left) return from;
  return clamp(from + ((pixel - left) / (right - left)) * (to - from), from, to);
}

/** The smallest of 1, 2 and 5 times a power of ten that divides a range into no more than `parts`. */
export function niceStep(from: number, to: number, parts: number): number {
  const least = (to - from) / parts;
  if (!(least > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  // 1e-9: what a division leaves must not push 2.0000000001 to 5.
  const factor = [1, 2, 5].find((each) => each * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** The multiple of a step nearest to a value, without the dust of binary fractions. */
export function snap(value: number, step: number): number {
  const decimals = Math.max(0, -Math.floor(Math.log10(step)));
  return Number((Math.round(value / step) * step).toFixed(Math.min(20, decimals)));
}

/** Axis ends that leave room around bins and hold all marks. */
export function paddedRange(
  edges: readonly number[],
  marks: readonly number[],
): { from: number; to: number } {
  const values = [edges[0], edges.at(-1), ...marks].filter((value) => value !== undefined);
  if (values.length === 0) return { from: 0, to: 1 };
  const low = Math.min(...values);
  const high = Math.max(...values);
  const margin = high > low ? (high - low) * 0.03 : 1;
  return { from: low - margin, to: high + margin };
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
