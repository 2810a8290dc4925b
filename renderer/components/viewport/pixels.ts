import { PIXEL_HEADERS } from '../../../preload/contract.ts';

export type PixelValues = Uint8Array | Uint16Array | Int16Array | Float32Array;

/** Position and extent of a window in real units. */
export interface Voi {
  readonly centre: number;
  readonly width: number;
}

/** One frame of an image, or a heatmap, as the program sent it. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** As stored: row-major from the top, channels interleaved. The real value is stored * slope + intercept. */
  readonly values: PixelValues;
  readonly slope: number;
  readonly intercept: number;
  /** What the file asks for, or what covers its values. */
  readonly window: Voi;
  /** Small values are bright. */
  readonly inverted: boolean;
  /** Pixels a side of the image that share one of these; 1 but for very large images. */
  readonly shrink: number;
}

export class PixelsError extends Error {
  readonly kind = 'bad-pixels';
}

/**
 * Reads what an address of `assets` answers.
 * @throws PixelsError when headers and bytes do not fit together
 */
export function decodePixels(headers: Headers, bytes: ArrayBuffer): Pixels {
  const width = count(headers, PIXEL_HEADERS.width);
  const height = count(headers, PIXEL_HEADERS.height);
  const channels = count(headers, PIXEL_HEADERS.channels);
  const values = valuesOf(headers.get(PIXEL_HEADERS.type) ?? 'nothing', bytes);
  if (values.length !== width * height * channels) {
    throw new PixelsError(
      `The image came incomplete: ${values.length} values of ${width * height * channels}. Open the case again.`,
    );
  }
  return {
    width,
    height,
    channels,
    values,
    slope: number(headers, PIXEL_HEADERS.slope, 1) || 1,
    intercept: number(headers, PIXEL_HEADERS.intercept, 0),
    window: {
      centre: number(headers, PIXEL_HEADERS.windowCentre, 128),
      width: number(headers, PIXEL_HEADERS.windowWidth, 256),
    },
    inverted: headers.get(PIXEL_HEADERS.inverted) === 'true',
    shrink: number(headers, PIXEL_HEADERS.shrink, 1) || 1,
  };
}

/** @returns the real value of a channel, NaN outside the image */
export function valueAt(pixels: Pixels, x: number, y: number, channel = 0): number {
  if (x < 0 || y < 0 || x >= pixels.width || y >= pixels.height) return NaN;
  const stored = pixels.values[(y * pixels.width + x) * pixels.channels + channel];
  return stored === undefined ? NaN : stored * pixels.slope + pixels.intercept;
}

function valuesOf(type: string, bytes: ArrayBuffer): PixelValues {
  const wide = type === 'float32' ? 4 : type === 'uint8' ? 1 : 2;
  if (bytes.byteLength % wide !== 0) throw new PixelsError('The image came cut off. Open the case again.');
  switch (type) {
    case 'uint8':
      return new Uint8Array(bytes);
    case 'uint16':
      return new Uint16Array(bytes);
    case 'int16':
      return new Int16Array(bytes);
    case 'float32':
      return new Float32Array(bytes);
    default:
      throw new PixelsError(`The image came as "${type}", which this window cannot show.`);
  }
}

function count(headers: Headers, name: string): number {
  const value = number(headers, name, NaN);
  if (Number.isInteger(value) && value > 0) return value;
  throw new PixelsError(`The image came without its ${name.slice(2)}. Open the case again.`);
}

function number(headers: Headers, name: string, otherwise: number): number {
  const text = headers.get(name);
  const value = text === null || text === '' ? NaN : Number(text);
  return Number.isFinite(value) ? value : otherwise;
}
