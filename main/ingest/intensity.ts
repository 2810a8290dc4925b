import type { Intensity } from './intensity-settings.ts';
import { type Foreground, extremes, pixelTest } from './foreground.ts';
import { mapValues } from './mapped-values.ts';
import type { ByteImage } from './pixels.ts';
import type { StoredImage, Voi } from './stored-image.ts';

/**
 * The one path from stored values to what a detector sees:
 * 1. modality value = slope * stored + intercept;
 * 2. the range that `intensity` chooses becomes 0..1, what lies outside is clipped;
 * 3. MONOCHROME1 is inverted, so that more is always brighter;
 * 4. round(255 x). Padding and values that are not finite are black.
 * @param foregroundOf the image or its file, as the setting says; asked only where it is needed
 */
export async function toModelInput(
  image: StoredImage,
  intensity: Intensity,
  foregroundOf: (over: 'image' | 'file') => Promise<Foreground>,
): Promise<ByteImage> {
  const { width, height, channels, values } = image;
  const plain = intensity.kind === 'file' ? plainBytes(image) : null;
  const pixels = plain ?? mapValues(values, greyOf(image, await fractionOf(image, intensity, foregroundOf)));
  return { width, height, channels, pixels };
}

/** The values, where they are what is wanted already. */
function plainBytes(image: StoredImage): Uint8Array | null {
  const isShownAsStored =
    image.slope === 1 &&
    image.intercept === 0 &&
    image.declared?.low === 0 &&
    image.declared.high === 255 &&
    image.voi === null &&
    !image.inverted &&
    image.padding === null;
  return isShownAsStored && image.values instanceof Uint8Array ? image.values : null;
}

interface Range {
  readonly low: number;
  readonly high: number;
}

/** From a stored value to 0..255. */
function greyOf(image: StoredImage, fraction: (value: number) => number): (stored: number) => number {
  const { slope, intercept, inverted } = image;
  const isPixel = pixelTest(image);
  return (stored) => {
    if (!isPixel(stored)) return 0;
    const x = Math.min(1, Math.max(0, fraction(slope * stored + intercept)));
    return Math.round((inverted ? 1 - x : x) * 255);
  };
}

/** Maps a modality value to 0..1; what lies outside is clipped by the caller. */
async function fractionOf(
  image: StoredImage,
  intensity: Intensity,
  foregroundOf: (over: 'image' | 'file') => Promise<Foreground>,
): Promise<(value: number) => number> {
  switch (intensity.kind) {
    case 'file':
      return fileFraction(image);
    case 'window':
      return between(intensity.low, intensity.high);
    case 'percentile': {
      const foreground = await foregroundOf(intensity.over);
      return between(foreground.percentile(intensity.low), foreground.percentile(intensity.high));
    }
    case 'z-score': {
      const { mean, deviation } = await foregroundOf(intensity.over);
      const reach = intensity.deviations * deviation;
      return between(mean - reach, mean + reach);
    }
  }
}

/** A range without extent is black up to it, white above. */
function between(low: number, high: number): (value: number) => number {
  if (high > low) return (value) => (value - low) / (high - low);
  return (value) => (value <= low ? 0 : 1);
}

/** The file's window or VOI LUT, else the range that its type declares, else its own extremes. */
function fileFraction(image: StoredImage): (value: number) => number {
  if (image.voi !== null) return voiFraction(image.voi);
  const { low, high } = declaredRange(image) ?? ownRange(image);
  return between(low, high);
}

/** What the type of its samples may use everything of, in modality values; null where that says nothing of the image. */
function declaredRange({ slope, intercept, declared }: StoredImage): Range | null {
  return slope === 1 && intercept === 0 ? declared : null;
}

/** From the smallest to the largest modality value; Infinity to -Infinity where there is none. */
export function ownRange(image: StoredImage): Range {
  const { low, high } = extremes(image.values, pixelTest(image));
  if (low > high) return { low, high };
  const [black = 0, white = 0] = [low, high]
    .map((stored) => image.slope * stored + image.intercept)
    .sort((a, b) => a - b);
  return { low: black, high: white };
}

/** Whether the file's own way to show an image depends on all of its values, so that a part of it would be shown differently. */
export function isShownByItsRange(image: StoredImage): boolean {
  return image.voi === null && declaredRange(image) === null;
}

/** PS3.3 C.11.2.1: from a modality value to 0..1. */
export function voiFraction(voi: Voi): (value: number) => number {
  if (voi.kind === 'table') {
    const { first, entries, white } = voi;
    const last = entries.length - 1;
    return (value) => (entries[Math.min(last, Math.max(0, Math.round(value) - first))] ?? 0) / white;
  }
  const { centre, width } = voi;
  switch (voi.function) {
    case 'LINEAR':
      // A width of 1 is a threshold, as the standard's pseudo code has it.
      if (width === 1) return (x) => (x <= centre - 0.5 ? 0 : 1);
      return (x) => (x - (centre - 0.5)) / (width - 1) + 0.5;
    case 'LINEAR_EXACT':
      return (x) => (x - centre) / width + 0.5;
    case 'SIGMOID':
      return (x) => 1 / (1 + Math.exp((-4 * (x - centre)) / width));
  }
}
