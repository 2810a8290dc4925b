import { pixelsOf } from './latent-images.ts';

/** What a flow that runs backwards gives, as it may be shown. */
export type ShownImage =
  /** `outside`: the share of its values that lie beyond black or white, and are shown as these. */
  | { readonly kind: 'shown'; readonly pixels: Uint8Array; readonly outside: number }
  /** Most of its values lie beyond black or white: a picture would be of the clipping. */
  | { readonly kind: 'out-of-range'; readonly outside: number }
  | { readonly kind: 'not-finite' };

/** Of more values beyond black and white there is no picture. */
const MOST_OUTSIDE = 0.5;

/** @param input in units of the model's input: an 8-bit image lies in [−0.5, 0.5) */
export function shownImage(input: Float32Array): ShownImage {
  if (!input.every(Number.isFinite)) return { kind: 'not-finite' };
  const beyond = input.reduce((count, value) => (value < -0.5 || value >= 0.5 ? count + 1 : count), 0);
  const outside = beyond / input.length;
  return outside > MOST_OUTSIDE
    ? { kind: 'out-of-range', outside }
    : { kind: 'shown', pixels: pixelsOf(input), outside };
}
