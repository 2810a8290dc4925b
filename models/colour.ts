import type { ImageShape } from './images.ts';
import type { RandomStream } from './random.ts';

/** By how much at most: shares, and for the hue a share of a turn. */
export interface ColourJitter {
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  readonly hue: number;
}

/** In place, values being in [0, 1] before; afterwards they may lie outside. Images of one channel have no saturation and hue. */
export function jitterColours(
  target: Float32Array,
  { channels }: ImageShape,
  { brightness, contrast, saturation, hue }: ColourJitter,
  random: RandomStream,
): void {
  const factor = (reach: number) => 1 + reach * (2 * random.uniform() - 1);
  const bright = factor(brightness);
  const steep = factor(contrast);
  const mean = target.reduce((sum, value) => sum + value, 0) / target.length;
  for (let at = 0; at < target.length; at++) {
    target[at] = bright * (mean + steep * ((target[at] ?? 0) - mean));
  }
  if (channels !== 3) return;
  mixColours(target, saturationMatrix(factor(saturation)));
  mixColours(target, hueMatrix(hue * (2 * random.uniform() - 1)));
}

type Matrix = readonly [number, number, number, number, number, number, number, number, number];

/** Rec. 601 luma. */
const LUMA = [0.299, 0.587, 0.114] as const;

/** Between grey (0) and the colours as they are (1). */
export function saturationMatrix(amount: number): Matrix {
  const [r, g, b] = LUMA.map((weight) => weight * (1 - amount));
  if (r === undefined || g === undefined || b === undefined) throw new RangeError('three colours');
  return [r + amount, g, b, r, g + amount, b, r, g, b + amount];
}

/** Turns colours about the grey axis. */
function hueMatrix(turns: number): Matrix {
  const [cos, sin] = [Math.cos(2 * Math.PI * turns), Math.sin(2 * Math.PI * turns)];
  const [same, side] = [(1 - cos) / 3, sin / Math.sqrt(3)];
  const [on, before, after] = [cos + same, same - side, same + side];
  return [on, before, after, after, on, before, before, after, on];
}

/** Multiplies every pixel's colours by a matrix, in place. @param target `[3, H, W]` */
export function mixColours(target: Float32Array, [rr, rg, rb, gr, gg, gb, br, bg, bb]: Matrix): void {
  const area = target.length / 3;
  for (let at = 0; at < area; at++) {
    const [r = 0, g = 0, b = 0] = [target[at], target[area + at], target[2 * area + at]];
    target[at] = rr * r + rg * g + rb * b;
    target[area + at] = gr * r + gg * g + gb * b;
    target[2 * area + at] = br * r + bg * g + bb * b;
  }
}
