/** Every fifth of the 256 colours of viridis (Smith, van der Walt and Firing for Matplotlib, CC0), as 0xRRGGBB. */
const VIRIDIS = [
  0x440154, 0x46085c, 0x471063, 0x481769, 0x481d6f, 0x482475, 0x472a7a, 0x46307e, 0x453781, 0x433d84,
  0x414287, 0x3f4889, 0x3d4e8a, 0x3a538b, 0x38598c, 0x355e8d, 0x33638d, 0x31688e, 0x2e6d8e, 0x2c718e,
  0x2a768e, 0x297b8e, 0x27808e, 0x25848e, 0x23898e, 0x218e8d, 0x20928c, 0x1f978b, 0x1e9c89, 0x1fa188,
  0x21a585, 0x24aa83, 0x28ae80, 0x2eb37c, 0x35b779, 0x3dbc74, 0x46c06f, 0x50c46a, 0x5ac864, 0x65cb5e,
  0x70cf57, 0x7cd250, 0x89d548, 0x95d840, 0xa2da37, 0xb0dd2f, 0xbddf26, 0xcae11f, 0xd8e219, 0xe5e419,
  0xf1e51d, 0xfde725,
];

export interface ColourScale {
  /** Value at the dark end. */
  readonly low: number;
  readonly high: number;
}

/**
 * Viridis, as the program's own pictures have it.
 * @param t position on the scale; outside [0, 1] it is clamped
 * @returns red, green, blue, each a whole number in 0 … 255
 */
export function viridis(t: number): readonly [number, number, number] {
  const intervals = VIRIDIS.length - 1;
  const position = Math.min(1, Math.max(0, t)) * intervals;
  const index = Math.min(intervals - 1, Math.floor(position));
  const from = VIRIDIS[index] ?? 0;
  const to = VIRIDIS[index + 1] ?? 0;
  const mix = (shift: number) => {
    const start = (from >> shift) & 0xff;
    const end = (to >> shift) & 0xff;
    return Math.round(start + (end - start) * (position - index));
  };
  return [mix(16), mix(8), mix(0)];
}

const STEPS = 1024;
/**
 * Up to here on the scale the image is left bare, from `SOLID` on hidden. The scale ends where normal images all but do, and most
 * of what they hold lies in its lower half: they look calm.
 */
const CLEAR = 0.45;
const SOLID = 0.95;

/** @returns how much of the image a colour at `t` of the scale hides, 0 … 1 */
export function cover(t: number): number {
  const ramp = Math.min(1, Math.max(0, (t - CLEAR) / (SOLID - CLEAR)));
  return ramp * ramp * (3 - 2 * ramp);
}

const table = new Uint8ClampedArray((STEPS + 1) * 4);
for (let step = 0; step <= STEPS; step++) {
  table.set([...viridis(step / STEPS), Math.round(255 * cover(step / STEPS))], step * 4);
}

/**
 * A heatmap as pixels to lay over its image, transparent where it says "normal". The scale is the model's and fixed.
 * @param map values in any shape; those outside the scale take the end's colour, NaN none
 * @returns RGBA, 4 bytes per value
 */
export function colourise(
  map: ArrayLike<number>,
  { low, high }: ColourScale,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(map.length * 4);
  const factor = STEPS / (high > low ? high - low : 1);
  for (let index = 0; index < map.length; index++) {
    const position = ((map[index] ?? NaN) - low) * factor;
    if (Number.isNaN(position)) continue;
    const from = 4 * Math.round(Math.min(STEPS, Math.max(0, position)));
    const to = 4 * index;
    pixels[to] = table[from] ?? 0;
    pixels[to + 1] = table[from + 1] ?? 0;
    pixels[to + 2] = table[from + 2] ?? 0;
    pixels[to + 3] = table[from + 3] ?? 0;
  }
  return pixels;
}

/** @returns about `count` round values inside the scale, for its legend */
export function ticks({ low, high }: ColourScale, count = 5): number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Adding 0 turns -0 into 0.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step + 0);
}
