/** Every fifth of the 256 colours of viridis (Smith, van der Walt and Firing for Matplotlib, CC0), as 0xRRGGBB. */
const VIRIDIS = [
  0x440154, 0x46085c, 0x471063, 0x481769, 0x481d6f, 0x482475, 0x472a7a, 0x46307e, 0x453781, 0x433d84,
  0x414287, 0x3f4889, 0x3d4e8a, 0x3a538b, 0x38598c, 0x355e8d, 0x33638d, 0x31688e, 0x2e6d8e, 0x2c718e,
  0x2a768e, 0x297b8e, 0x27808e, 0x25848e, 0x23898e, 0x218e8d, 0x20928c, 0x1f978b, 0x1e9c89, 0x1fa188,
  0x21a585, 0x24aa83, 0x28ae80, 0x2eb37c, 0x35b779, 0x3dbc74, 0x46c06f, 0x50c46a, 0x5ac864, 0x65cb5e,
  0x70cf57, 0x7cd250, 0x89d548, 0x95d840, 0xa2da37, 0xb0dd2f, 0xbddf26, 0xcae11f, 0xd8e219, 0xe5e419,
  0xf1e51d, 0xfde725,
];

/** Says "no value here": no colour of viridis is a grey. */
const NO_VALUE = [128, 128, 128] as const;

/**
 * Viridis, within 1/255 of Matplotlib's.
 * @param t position on the scale; outside [0, 1] it is clamped
 * @returns red, green, blue, each a whole number in 0 … 255
 * @throws {RangeError} where t is NaN
 */
export function viridis(t: number): [number, number, number] {
  if (Number.isNaN(t)) throw new RangeError('NaN has no place on a colour scale');
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

/**
 * A heatmap as pixels. The scale is the caller's and fixed, never the map's own range: a normal image must look calm.
 * @param map values in any shape; those outside [low, high] take the end's colour, NaN a neutral grey
 * @param low value at the dark end
 * @param high value at the bright end
 * @returns RGB, interleaved: 3 bytes per value
 * @throws {RangeError} unless low < high are finite
 */
export function colourise(map: Float32Array, low: number, high: number): Uint8Array<ArrayBuffer> {
  if (!(low < high && Number.isFinite(high - low))) {
    throw new RangeError(`a colour scale needs a finite low below its high, not ${low} to ${high}`);
  }
  const pixels = new Uint8Array(map.length * 3);
  map.forEach((value, index) => {
    pixels.set(Number.isNaN(value) ? NO_VALUE : viridis((value - low) / (high - low)), index * 3);
  });
  return pixels;
}
