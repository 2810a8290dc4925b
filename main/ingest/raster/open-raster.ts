import { stat } from 'node:fs/promises';
import { IngestError, fileSystemError } from '../errors.ts';
import type { RasterFormat } from '../image.ts';
import { MAX_BLOCK_BYTES, MAX_RASTER_BYTES, MAX_RASTER_SIDE } from '../limits.ts';
import type { ImageInFile, OpenedFile } from '../stored-image.ts';
import { animationPages } from './animation.ts';
import { BlockCache } from './block-cache.ts';
import { openBmp } from './bmp/open-bmp.ts';
import { ByteWindow, withFile } from './byte-window.ts';
import { checkComplete, checkJpegSize } from './completeness.ts';
import { processCache } from './raster-cache.ts';
import type { RasterCache } from './raster-cache.ts';
import type { RasterPage, RasterPages } from './raster-page.ts';
import { readPage, uprightSize } from './read-page.ts';
import { BYTES_PER_SAMPLE } from './sample-kind.ts';
import { readMetadata, sharpPage } from './sharp-page.ts';
import { openTiff } from './tiff/open-tiff.ts';

export interface RasterOptions {
  /** The whole file, where it is in memory already: it is not opened then. */
  readonly bytes?: Uint8Array;
  /** Where large images are unpacked that cannot be read in parts; a private folder of this process where nothing is said. */
  readonly cache?: RasterCache;
}

export interface RasterFile extends OpenedFile {
  /**
   * Decodes every image to its end once, in bounded memory, and keeps nothing: what a scan needs to know of a file.
   * @throws IngestError truncated, corrupt
   */
  checkDecodes(): Promise<void>;
}

/**
 * Opens an image file: reads its headers, none of its pixels. Pages of a TIFF and frames of an animation are images of their own.
 * @throws IngestError truncated, corrupt, too-large, unsupported-format, unreadable, not-found
 */
export async function openRaster(
  path: string,
  format: RasterFormat,
  options: RasterOptions = {},
): Promise<RasterFile> {
  const source = { path, bytes: options.bytes ?? null };
  const size = source.bytes?.length ?? (await sizeOf(path));
  const cache = options.cache ?? processCache();
  const { pages, notes } = await withFile(source, (file) =>
    openPages(new ByteWindow(file, source, size), format, cache),
  );
  for (const page of pages) checkSides(page, path);
  const blocks = new BlockCache();
  return {
    path,
    format,
    images: pages.map(imageOf),
    notes,
    acquisition: null,
    heldBytes:
      (source.bytes?.length ?? 0) +
      Math.min(
        MAX_BLOCK_BYTES,
        pages.map(unpackedBytes).reduce((sum, bytes) => sum + bytes),
      ),
    read: (part, view = {}) => {
      const page = pages[part.frame];
      if (!page || part.plane !== null) {
        throw new RangeError(`There is no image ${JSON.stringify(part)} in "${path}".`);
      }
      return readPage(page, view, blocks, String(part.frame), path);
    },
    checkDecodes: async () => {
      for (const page of pages) await checkPage(page);
    },
  };
}

async function openPages(bytes: ByteWindow, format: RasterFormat, cache: RasterCache): Promise<RasterPages> {
  switch (format) {
    case 'png':
    case 'jpeg':
    case 'webp': {
      await checkComplete(bytes, format);
      const { source } = bytes;
      const metadata = await readMetadata(source, 0);
      if (format === 'jpeg') checkJpegSize(metadata.width, metadata.height, bytes);
      const count = metadata.pages ?? 1;
      const pages =
        count > 1
          ? animationPages(metadata, source, count)
          : [sharpPage(metadata, { source, page: 0, cache })];
      return { pages, notes: [] };
    }
    case 'tiff':
      return openTiff(bytes, cache);
    case 'bmp':
      return { pages: [await openBmp(bytes)], notes: [] };
  }
}

function imageOf(page: RasterPage, frame: number): ImageInFile {
  const { channels, bitDepth } = page;
  return { part: { frame, plane: null }, ...uprightSize(page), channels, bitDepth, position: null };
}

/** @throws IngestError too-large */
function checkSides({ width, height }: RasterPage, path: string): void {
  if (Math.max(width, height) <= MAX_RASTER_SIDE) return;
  throw new IngestError(
    'too-large',
    path,
    `"${path}" says it has ${String(width)} x ${String(height)} pixels, a side of more than ${String(MAX_RASTER_SIDE)}; cut it into smaller images.`,
  );
}

function unpackedBytes(page: RasterPage): number {
  return page.width * page.height * page.channels * BYTES_PER_SAMPLE[page.kind];
}

async function checkPage(page: RasterPage): Promise<void> {
  await page.withBlocks(async (load) => {
    for (let row = 0; row * page.blockHeight < page.height; row++) {
      for (let column = 0; column * page.blockWidth < page.width; column++) await load(column, row);
    }
  });
}

async function sizeOf(path: string): Promise<number> {
  let size: number;
  try {
    ({ size } = await stat(path));
  } catch (thrown) {
    throw fileSystemError(thrown, path);
  }
  if (size > MAX_RASTER_BYTES) {
    throw new IngestError(
      'too-large',
      path,
      `"${path}" is larger than ${String(MAX_RASTER_BYTES / 2 ** 30)} GiB; cut it into smaller images.`,
    );
  }
  return size;
}
