import type { StoredValues } from '../stored-image.ts';
import type { Photometric } from './pixel-description.ts';

/** What three samples of a pixel are, once they are decoded. */
export type ColourModel = 'rgb' | 'ybr-full' | 'ybr-partial';

/** [3, pixels] becomes [pixels, 3]. */
export function interleaved<Values extends StoredValues>(planes: Values): Values;
export function interleaved(planes: StoredValues): StoredValues {
  const result = planes.slice();
  const pixels = planes.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    for (let i = 0; i < pixels; i++) result[i * 3 + channel] = planes[channel * pixels + i] ?? 0;
  }
  return result;
}

/** Two brightnesses and the colour differences that they share, Y Y B R (PS3.3 C.7.6.3.1.2), become [pixels, 3]. */
export function withoutSubsampling(
  pairs: Uint8Array | Uint16Array,
  pixels: number,
): Uint8Array | Uint16Array {
  const result = pairs instanceof Uint8Array ? new Uint8Array(pixels * 3) : new Uint16Array(pixels * 3);
  for (let i = 0; i < pixels; i++) {
    const pair = (i >> 1) * 4;
    result[i * 3] = pairs[pair + (i & 1)] ?? 0;
    result[i * 3 + 1] = pairs[pair + 2] ?? 0;
    result[i * 3 + 2] = pairs[pair + 3] ?? 0;
  }
  return result;
}

/**
 * Turns interleaved YBR into RGB, in place, by the equations of PS3.3 C.7.6.3.1.2 (Rec. 601).
 * @param bits of a sample
 */
export function toRgb(values: StoredValues, model: ColourModel, bits: number): void {
  if (model === 'rgb') return;
  const white = 2 ** bits - 1;
  const half = 2 ** (bits - 1);
  const step = 2 ** (bits - 8);
  // YBR_PARTIAL keeps Y within 16..235 and the differences within 16..240 of 8 bits.
  const full = model === 'ybr-full';
  const black = full ? 0 : 16 * step;
  const lumaScale = full ? 1 : white / (219 * step);
  const chromaScale = full ? 1 : white / (224 * step);
  const redByR = 1.402 * chromaScale;
  const greenByB = -0.344136 * chromaScale;
  const greenByR = -0.714136 * chromaScale;
  const blueByB = 1.772 * chromaScale;
  for (let i = 0; i + 2 < values.length; i += 3) {
    const y = ((values[i] ?? 0) - black) * lumaScale + 0.5;
    const b = (values[i + 1] ?? 0) - half;
    const r = (values[i + 2] ?? 0) - half;
    values[i] = clipped(y + redByR * r, white);
    values[i + 1] = clipped(y + greenByB * b + greenByR * r, white);
    values[i + 2] = clipped(y + blueByB * b, white);
  }
}

function clipped(value: number, white: number): number {
  return value < 0 ? 0 : value > white ? white : Math.floor(value);
}

/** What the samples are where no codestream says more. */
export function modelOf(photometric: Photometric): ColourModel {
  switch (photometric) {
    case 'YBR_FULL':
    case 'YBR_FULL_422':
      return 'ybr-full';
    case 'YBR_PARTIAL_422':
    case 'YBR_PARTIAL_420':
      return 'ybr-partial';
    // The transforms of JPEG 2000 are undone by its decoder.
    case 'YBR_ICT':
    case 'YBR_RCT':
    case 'RGB':
    case 'MONOCHROME1':
    case 'MONOCHROME2':
    case 'PALETTE COLOR':
      return 'rgb';
  }
}
