import type { Rectangle } from '../layout.ts';
import type { StoredValues } from '../stored-image.ts';
import { isTransposed } from './raster-page.ts';
import type { Orientation } from './raster-page.ts';
import { allocate } from './sample-kind.ts';
import type { SampleKind } from './sample-kind.ts';

/** How the stored axes run when shown: first transposed, then each axis from its other end. */
function axes(orientation: Orientation): { readonly flipX: boolean; readonly flipY: boolean } {
  switch (orientation) {
    case 1:
    case 5:
      return { flipX: false, flipY: false };
    case 2:
    case 6:
      return { flipX: true, flipY: false };
    case 3:
    case 7:
      return { flipX: true, flipY: true };
    case 4:
    case 8:
      return { flipX: false, flipY: true };
  }
}

/**
 * The stored rectangle that a rectangle of the upright image shows.
 * @param stored the whole image's size as stored
 */
export function toStored(
  upright: Rectangle,
  orientation: Orientation,
  stored: { readonly width: number; readonly height: number },
): Rectangle {
  const transposed = isTransposed(orientation);
  const [width, height] = transposed ? [stored.height, stored.width] : [stored.width, stored.height];
  const { flipX, flipY } = axes(orientation);
  const left = flipX ? width - upright.left - upright.width : upright.left;
  const top = flipY ? height - upright.top - upright.height : upright.top;
  return transposed
    ? { left: top, top: left, width: upright.height, height: upright.width }
    : { left, top, width: upright.width, height: upright.height };
}

/** Interleaved [height, width, channels] as stored → the same upright. */
export function orient(
  values: StoredValues,
  shape: { readonly width: number; readonly height: number; readonly channels: 1 | 3 },
  kind: SampleKind,
  orientation: Orientation,
): StoredValues {
  if (orientation === 1) return values;
  const { channels } = shape;
  const transposed = isTransposed(orientation);
  const width = transposed ? shape.height : shape.width;
  const height = transposed ? shape.width : shape.height;
  const { flipX, flipY } = axes(orientation);
  const [stepX, stepY] = transposed ? [shape.width, 1] : [1, shape.width];
  const upright = allocate(kind, values.length);
  let at = 0;
  for (let y = 0; y < height; y++) {
    const row = (flipY ? height - 1 - y : y) * stepY;
    for (let x = 0; x < width; x++) {
      const from = (row + (flipX ? width - 1 - x : x) * stepX) * channels;
      for (let c = 0; c < channels; c++) upright[at++] = values[from + c] ?? 0;
    }
  }
  return upright;
}
