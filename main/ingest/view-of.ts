import type { Rectangle } from './layout.ts';
import { BoxMean } from './raster/box-mean.ts';
import { allocate } from './raster/sample-kind.ts';
import type { SampleKind } from './raster/sample-kind.ts';
import type { StoredImage, StoredValues, View } from './stored-image.ts';

/**
 * The part of an image that a view wants, for images that are in memory whole.
 * @param kind the type of the image's samples
 * @throws RangeError for a view that is no part of the image
 */
export function viewOf(image: StoredImage, kind: SampleKind, { region, shrink = 1 }: View): StoredImage {
  if (region === undefined && shrink === 1) return image;
  const from = region ?? { left: 0, top: 0, width: image.width, height: image.height };
  const width = Math.floor(from.width / shrink);
  const height = Math.floor(from.height / shrink);
  const inside = from.left >= 0 && from.top >= 0 && from.left + from.width <= image.width;
  if (!inside || from.top + from.height > image.height || !(width >= 1 && height >= 1)) {
    throw new RangeError(
      `There is no region ${JSON.stringify(from)} shrunk by ${String(shrink)} in ${String(image.width)} x ${String(image.height)} pixels.`,
    );
  }
  const cut = cropped(image, kind, { ...from, width: width * shrink, height: height * shrink });
  if (shrink === 1) return { ...image, width, height, values: cut };
  const mean = new BoxMean(width, height, image.channels, shrink, kind);
  mean.add(cut);
  return { ...image, width, height, values: mean.values };
}

function cropped(
  image: StoredImage,
  kind: SampleKind,
  { left, top, width, height }: Rectangle,
): StoredValues {
  const { channels } = image;
  const values = allocate(kind, width * height * channels);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * image.width + left) * channels;
    values.set(image.values.subarray(start, start + width * channels), y * width * channels);
  }
  return values;
}
