import { MAX_READ_BYTES } from '../limits.ts';
import type { Rectangle } from '../layout.ts';
import { IngestError } from '../errors.ts';
import type { StoredImage, StoredValues, View } from '../stored-image.ts';
import type { BlockCache } from './block-cache.ts';
import { BoxMean } from './box-mean.ts';
import { orient, toStored } from './orient.ts';
import { isTransposed } from './raster-page.ts';
import type { LoadBlock, RasterPage } from './raster-page.ts';
import { BYTES_PER_SAMPLE, allocate } from './sample-kind.ts';

/** Samples that are unpacked at a time to be averaged. */
const BAND_SAMPLES = 8 * 2 ** 20;

/** The size of a page when shown. */
export function uprightSize(page: RasterPage): { readonly width: number; readonly height: number } {
  return isTransposed(page.orientation)
    ? { width: page.height, height: page.width }
    : { width: page.width, height: page.height };
}

/**
 * Reads what a view wants of a page: decodes the blocks that it touches and no others.
 * @param key tells the pages of one file apart in the cache
 * @throws IngestError of the decoder, too-large for more than MAX_READ_BYTES; RangeError for a view that is no part of the page
 */
export async function readPage(
  page: RasterPage,
  view: View,
  cache: BlockCache,
  key: string,
  path: string,
): Promise<StoredImage> {
  const { shrink = 1 } = view;
  const size = uprightSize(page);
  const region = view.region ?? { left: 0, top: 0, ...size };
  checkView(region, shrink, size);
  const width = Math.floor(region.width / shrink);
  const height = Math.floor(region.height / shrink);
  if (width * height * page.channels * BYTES_PER_SAMPLE[page.kind] > MAX_READ_BYTES) {
    throw new IngestError(
      'too-large',
      path,
      `"${path}" has too many pixels (${String(width)} x ${String(height)}) to be taken as one; choose tiles as input.`,
    );
  }
  // Cut to whole squares while upright: which pixels are left out must not depend on how they are stored.
  const upright = { left: region.left, top: region.top, width: width * shrink, height: height * shrink };
  const stored = toStored(upright, page.orientation, page);
  const shape = {
    width: stored.width / shrink,
    height: stored.height / shrink,
    channels: page.channels,
  };
  const values = await page.withBlocks((load) => {
    const cached = wholeBlock(page, stored)
      ? load
      : (column: number, row: number) =>
          cache.get(`${key}/${String(column)}/${String(row)}`, () => load(column, row));
    return shrink === 1 ? readRectangle(page, stored, cached) : readShrunk(page, stored, shrink, cached);
  });
  return {
    width,
    height,
    channels: page.channels,
    values: orient(values, shape, page.kind, page.orientation),
    slope: 1,
    intercept: 0,
    declared: page.declared,
    voi: null,
    inverted: page.inverted,
    padding: null,
  };
}

function checkView(
  region: Rectangle,
  shrink: number,
  size: { readonly width: number; readonly height: number },
): void {
  const { left, top, width, height } = region;
  const whole = [left, top, width, height, shrink].every((value) => Number.isInteger(value));
  const inside = left >= 0 && top >= 0 && left + width <= size.width && top + height <= size.height;
  if (!whole || !inside || shrink < 1 || width < shrink || height < shrink) {
    throw new RangeError(
      `There is no region ${JSON.stringify(region)} shrunk by ${String(shrink)} in ${String(size.width)} x ${String(size.height)} pixels.`,
    );
  }
}

/** Whether a rectangle is the whole of a page that is one block: then nothing is gained by keeping it. */
function wholeBlock(page: RasterPage, { width, height }: Rectangle): boolean {
  return (
    width === page.width &&
    height === page.height &&
    page.blockWidth >= page.width &&
    page.blockHeight >= page.height
  );
}

async function readRectangle(page: RasterPage, from: Rectangle, load: LoadBlock): Promise<StoredValues> {
  const { channels, blockWidth, blockHeight } = page;
  if (wholeBlock(page, from)) {
    const { values, width } = await load(0, 0);
    if (width === page.width && values.length === width * page.height * channels) return values;
  }
  const target = allocate(page.kind, from.width * from.height * channels);
  const right = from.left + from.width;
  const bottom = from.top + from.height;
  for (let row = Math.floor(from.top / blockHeight); row * blockHeight < bottom; row++) {
    for (let column = Math.floor(from.left / blockWidth); column * blockWidth < right; column++) {
      const block = await load(column, row);
      const left = Math.max(from.left, column * blockWidth);
      const length = (Math.min(right, (column + 1) * blockWidth) - left) * channels;
      const last = Math.min(bottom, (row + 1) * blockHeight);
      for (let y = Math.max(from.top, row * blockHeight); y < last; y++) {
        const start = ((y - row * blockHeight) * block.width + left - column * blockWidth) * channels;
        const to = ((y - from.top) * from.width + left - from.left) * channels;
        target.set(block.values.subarray(start, start + length), to);
      }
    }
  }
  return target;
}

async function readShrunk(
  page: RasterPage,
  from: Rectangle,
  shrink: number,
  load: LoadBlock,
): Promise<StoredValues> {
  const { channels, kind } = page;
  const mean = new BoxMean(from.width / shrink, from.height / shrink, channels, shrink, kind);
  const squares = Math.floor(BAND_SAMPLES / (from.width * channels * shrink));
  const bandHeight = Math.max(1, squares) * shrink;
  for (let top = 0; top < from.height; top += bandHeight) {
    const height = Math.min(bandHeight, from.height - top);
    const band = { left: from.left, top: from.top + top, width: from.width, height };
    mean.add(await readRectangle(page, band, load));
  }
  return mean.values;
}
