/** 8-bit images as an encoder's input. */
import type { EncoderDescription } from '../../../models/encoder-description.ts';
import { type ImageShape, elementsOf } from '../../../models/images.ts';

/** Rec. 601 luma, where an encoder of grey images gets colours. */
const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * Images side by side, resized and normalised. Grey ones are repeated for an encoder of colours.
 * @param images planar 8 bit, of `shape`
 * @param size what the encoder takes
 */
export function encoderInput(
  images: readonly Uint8Array[],
  shape: ImageShape,
  size: { readonly height: number; readonly width: number },
  { channels, layout, normalisation }: Pick<EncoderDescription, 'channels' | 'layout' | 'normalisation'>,
): Float32Array<ArrayBuffer> {
  const area = size.height * size.width;
  const input = new Float32Array(images.length * channels * area);
  images.forEach((image, index) => {
    const planes = planesOf(image, shape, channels);
    for (let channel = 0; channel < channels; channel++) {
      const plane = resized(planes[channel] ?? new Float32Array(), shape, size);
      const mean = normalisation.mean[channel] ?? 0;
      const deviation = normalisation.deviation[channel] ?? 1;
      const [start, step] =
        layout === 'NCHW'
          ? [(index * channels + channel) * area, 1]
          : [index * channels * area + channel, channels];
      for (let at = 0; at < area; at++) {
        input[start + at * step] = ((plane[at] ?? 0) / 255 - mean) / deviation;
      }
    }
  });
  return input;
}

/** The channels that the encoder takes. */
function planesOf(image: Uint8Array, shape: ImageShape, channels: 1 | 3): Float32Array[] {
  if (image.length !== elementsOf(shape)) throw new RangeError(`an image of ${image.length} values`);
  const area = shape.height * shape.width;
  const planes = Array.from({ length: shape.channels }, (_, channel) =>
    Float32Array.from(image.subarray(channel * area, (channel + 1) * area)),
  );
  if (shape.channels === channels) return planes;
  const [first] = planes;
  if (first === undefined) return planes;
  if (channels === 3) return [first, first, first];
  return [
    first.map((_, at) =>
      LUMA.reduce((sum, weight, channel) => sum + weight * (planes[channel]?.[at] ?? 0), 0),
    ),
  ];
}

interface Size {
  readonly height: number;
  readonly width: number;
}

/** Bilinear between pixel centres; the border is repeated beyond the outermost ones. */
export function resized(plane: Float32Array, from: Size, to: Size): Float32Array {
  if (from.height === to.height && from.width === to.width) return plane;
  const rows = places(from.height, to.height);
  const columns = places(from.width, to.width);
  const result = new Float32Array(to.height * to.width);
  let next = 0;
  for (const row of rows) {
    const [upper, lower] = [row.low * from.width, row.high * from.width];
    for (const { low, high, share } of columns) {
      const above = (plane[upper + low] ?? 0) * (1 - share) + (plane[upper + high] ?? 0) * share;
      const below = (plane[lower + low] ?? 0) * (1 - share) + (plane[lower + high] ?? 0) * share;
      result[next++] = above * (1 - row.share) + below * row.share;
    }
  }
  return result;
}

function places(from: number, to: number): { low: number; high: number; share: number }[] {
  return Array.from({ length: to }, (_, index) => {
    const centre = Math.min(from - 1, Math.max(0, ((index + 0.5) * from) / to - 0.5));
    const low = Math.floor(centre);
    return { low, high: Math.min(from - 1, low + 1), share: centre - low };
  });
}
