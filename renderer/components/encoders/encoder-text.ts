import type { EncoderSummary, NormalisationName } from '../../../preload/contract.ts';
import { countText } from '../../format.ts';

/** As in "64 × 64, grey". */
export function imagesText({ size, channels }: Pick<EncoderSummary, 'size' | 'channels'>): string {
  const pixels = size === null ? 'any size' : `${size.width} × ${size.height}`;
  if (channels === null) return pixels;
  return `${pixels}, ${channels === 1 ? 'grey' : 'colour'}`;
}

/** As in "grey images of 64 × 64 pixels". */
export function takesText({ size, channels }: Pick<EncoderSummary, 'size' | 'channels'>): string {
  const kind = channels === null ? 'images' : channels === 1 ? 'grey images' : 'colour images';
  return `${kind} of ${size === null ? 'any size' : `${size.width} × ${size.height} pixels`}`;
}

/** As in "7 × 7 places of 512"; how many places there are may depend on the images. */
export function mapText({ grid, hasGrid, size }: Pick<EncoderSummary, 'grid' | 'hasGrid' | 'size'>): string {
  if (!hasGrid) return 'none';
  if (grid === null) return 'yes';
  const places = size === null ? 'places' : `${grid.width} × ${grid.height} places`;
  return `${places} of ${countText(grid.dimensions)}`;
}

export const NORMALISATIONS: readonly { readonly value: NormalisationName; readonly title: string }[] = [
  { value: 'imagenet', title: "ImageNet's mean and deviation" },
  { value: 'zero-to-one', title: 'From 0 to 1' },
  { value: 'minus-one-to-one', title: 'From −1 to 1' },
  { value: 'zero-to-255', title: 'From 0 to 255, as they are' },
];

/** Numbers where it is none of what is usual. */
export function normalisationText(normalisation: string | null): string {
  if (normalisation === null) return '–';
  return NORMALISATIONS.find(({ value }) => value === normalisation)?.title ?? normalisation;
}

/** Where it comes from, in a line. */
export function originText({ source, training }: EncoderSummary): string {
  if (training !== null) {
    const { dataset, preset, steps, heldOutLoss } = training;
    return `trained on ${dataset}: ${preset}, ${countText(steps, 'step')}, ${heldOutLoss.toFixed(2)} nats held out`;
  }
  return source === 'built-in' ? 'built in' : 'from a file';
}
