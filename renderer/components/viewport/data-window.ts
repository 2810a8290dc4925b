import type { Pixels, Voi } from './pixels.ts';

export const WINDOW_PRESETS = ['stored', 'robust', 'full'] as const;
export type WindowPreset = (typeof WINDOW_PRESETS)[number];

/** At most this many values are looked at to find percentiles. */
const SAMPLE = 65_536;
const ROBUST = 0.01;

/**
 * - stored: what the file asks for;
 * - robust: from the 1st to the 99th percentile of the values;
 * - full: from the least value to the greatest.
 */
export function presetWindow(pixels: Pixels, preset: WindowPreset): Voi {
  switch (preset) {
    case 'stored':
      return pixels.window;
    case 'robust': {
      const sample = finiteSample(pixels);
      const at = (part: number) => sample[Math.round(part * (sample.length - 1))] ?? 0;
      return between(pixels, at(ROBUST), at(1 - ROBUST));
    }
    case 'full': {
      const { least, greatest } = range(pixels);
      return between(pixels, least, greatest);
    }
  }
}

/** @returns the least and the greatest real value */
export function realRange(pixels: Pixels): { low: number; high: number } {
  const { least, greatest } = range(pixels);
  const [a, b] = [real(pixels, least), real(pixels, greatest)];
  return { low: Math.min(a, b), high: Math.max(a, b) };
}

export function lowerEnd({ centre, width }: Voi): number {
  return centre - width / 2;
}

export function upperEnd({ centre, width }: Voi): number {
  return centre + width / 2;
}

/**
 * The image through its window, for a canvas.
 * @returns RGBA, opaque
 */
export function windowed(pixels: Pixels, window: Voi, inverted: boolean): Uint8ClampedArray<ArrayBuffer> {
  const { values, channels, slope, intercept } = pixels;
  const count = pixels.width * pixels.height;
  const rgba = new Uint8ClampedArray(count * 4);
  const low = lowerEnd(window);
  const scale = (inverted ? -255 : 255) / Math.max(window.width, Number.MIN_VALUE);
  const factor = slope * scale;
  const offset = (intercept - low) * scale + (inverted ? 255 : 0);
  const second = channels > 2 ? 1 : 0;
  for (let pixel = 0, from = 0, to = 0; pixel < count; pixel++, from += channels, to += 4) {
    rgba[to] = (values[from] ?? 0) * factor + offset;
    rgba[to + 1] = (values[from + second] ?? 0) * factor + offset;
    rgba[to + 2] = (values[from + 2 * second] ?? 0) * factor + offset;
    rgba[to + 3] = 255;
  }
  return rgba;
}

function range({ values }: Pixels): { least: number; greatest: number } {
  let least = Infinity;
  let greatest = -Infinity;
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return least <= greatest ? { least, greatest } : { least: 0, greatest: 0 };
}

function finiteSample({ values }: Pixels): Float64Array {
  const step = Math.max(1, Math.floor(values.length / SAMPLE));
  const sample = new Float64Array(Math.ceil(values.length / step));
  let length = 0;
  for (let index = 0; index < values.length; index += step) {
    const value = values[index] ?? NaN;
    if (Number.isFinite(value)) sample[length++] = value;
  }
  return sample.subarray(0, length).sort();
}

function between(pixels: Pixels, first: number, second: number): Voi {
  const [a, b] = [real(pixels, first), real(pixels, second)];
  // A constant image has no range: one step of its values around it, so that it is grey and not black.
  const least = Math.abs(pixels.slope);
  return { centre: (a + b) / 2, width: Math.max(least, Math.abs(b - a)) };
}

function real({ slope, intercept }: Pixels, stored: number): number {
  return stored * slope + intercept;
}
