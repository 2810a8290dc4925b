import type { Intensity } from './intensity-settings.ts';
import { type Foreground, extremes } from './foreground.ts';
import { type Curve, ramp, voiCurve } from './curve.ts';
import { mapValues } from './mapped-values.ts';
import type { ByteImage } from './pixels.ts';
import type { StoredImage } from './stored-image.ts';

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
  const pixels = plain ?? mapValues(values, image, await curveOf(image, intensity, foregroundOf));
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

async function curveOf(
  image: StoredImage,
  intensity: Intensity,
  foregroundOf: (over: 'image' | 'file') => Promise<Foreground>,
): Promise<Curve> {
  switch (intensity.kind) {
    case 'file':
      return fileCurve(image);
    case 'window':
      return ramp(intensity.low, intensity.high);
    case 'percentile': {
      const foreground = await foregroundOf(intensity.over);
      return ramp(foreground.percentile(intensity.low), foreground.percentile(intensity.high));
    }
    case 'z-score': {
      const { mean, deviation } = await foregroundOf(intensity.over);
      const reach = intensity.deviations * deviation;
      return ramp(mean - reach, mean + reach);
    }
  }
}

/** The file's window or VOI LUT, else the range that its type declares, else its own extremes. */
function fileCurve(image: StoredImage): Curve {
  if (image.voi !== null) return voiCurve(image.voi);
  const { low, high } = declaredRange(image) ?? ownRange(image);
  return ramp(low, high);
}

/** What the type of its samples may use everything of, in modality values; null where that says nothing of the image. */
function declaredRange({ slope, intercept, declared }: StoredImage): Range | null {
  return slope === 1 && intercept === 0 ? declared : null;
}

/** From the smallest to the largest modality value; Infinity to -Infinity where there is none. */
export function ownRange(image: StoredImage): Range {
  const { low, high } = extremes(image.values, image);
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
