import type { StoredValues } from '../../stored-image.ts';

/** CIE Lab's white, D50, as XYZ. */
const WHITE = [0.96422, 1, 0.82521] as const;

/** XYZ under D50 → linear sRGB, its white adapted to D65 by Bradford's method. */
const TO_SRGB = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
] as const;

/**
 * CIE L*a*b* (TIFF 6.0 section 23: L unsigned, a and b signed) of 8 or 16 bits → sRGB that spans as many bits. Colours that sRGB
 * lacks become the nearest in each channel.
 */
export function labToRgb(lab: StoredValues, bits: 8 | 16): Uint8Array | Uint16Array {
  const rgb = bits === 8 ? new Uint8Array(lab.length) : new Uint16Array(lab.length);
  const most = 2 ** bits - 1;
  const sign = 32 - bits;
  // a and b are counted in ones, or in 1/256.
  const unit = bits === 8 ? 1 : 256;
  for (let i = 0; i < lab.length; i += 3) {
    const y = (((lab[i] ?? 0) / most) * 100 + 16) / 116;
    const x = y + (((lab[i + 1] ?? 0) << sign) >> sign) / unit / 500;
    const z = y - (((lab[i + 2] ?? 0) << sign) >> sign) / unit / 200;
    const xyz = [WHITE[0] * cube(x), WHITE[1] * cube(y), WHITE[2] * cube(z)] as const;
    for (const [c, [fromX, fromY, fromZ]] of TO_SRGB.entries()) {
      rgb[i + c] = Math.round(most * encode(fromX * xyz[0] + fromY * xyz[1] + fromZ * xyz[2]));
    }
  }
  return rgb;
}

/** CIE 15: the inverse of the cube root that is a line near black. */
function cube(t: number): number {
  return t > 6 / 29 ? t ** 3 : (t - 4 / 29) * 3 * (6 / 29) ** 2;
}

/** IEC 61966-2-1, held to 0..1. */
function encode(linear: number): number {
  const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.min(1, Math.max(0, value));
}
