import { MAX_BLOCK_BYTES } from '../../limits.ts';
import { checkSize, truncated } from '../../problems.ts';
import { readExactly, withFile } from '../byte-window.ts';
import type { ByteWindow, FileSource, ReadAt } from '../byte-window.ts';
import type { Block, LoadBlock, RasterPage } from '../raster-page.ts';
import { BMP_HEAD_BYTES, bmpEnd, bmpStride, readBmpHeader } from './bmp-header.ts';
import type { BmpHeader } from './bmp-header.ts';
import { bmpPixels } from './bmp-pixels.ts';
import type { BmpPixels } from './bmp-pixels.ts';
import { unpackRunLengths } from './run-lengths.ts';

/** Rows are read in bands of so many bytes. */
const BAND_BYTES = 8 * 2 ** 20;

/**
 * Opens a BMP: rows are read where they lie, run lengths are unpacked at once.
 * @throws IngestError truncated, corrupt, too-large, unsupported-format
 */
export async function openBmp(bytes: ByteWindow): Promise<RasterPage> {
  const { source, path, size } = bytes;
  const head = await bytes.read(0, Math.min(size, BMP_HEAD_BYTES));
  const header = readBmpHeader(head, path);
  const { width, height, coding } = header;
  const shape = {
    width,
    height,
    kind: 'uint8',
    bitDepth: 8,
    declared: { low: 0, high: 255 },
    inverted: false,
    orientation: 1,
    blockWidth: width,
  } as const;
  switch (coding) {
    case 'RLE8':
    case 'RLE4': {
      checkRunLengths(header, size, path);
      const pixels = bmpPixels(head, header, path, 8);
      const load: LoadBlock = () => loadRunLengths(header, coding, pixels, source, size);
      return { ...shape, channels: pixels.channels, blockHeight: height, withBlocks: (use) => use(load) };
    }
    case 'none':
    case 'bit fields': {
      if (bmpEnd(header) > size) throw truncated(path);
      const pixels = bmpPixels(head, header, path, header.bitsPerPixel);
      const blockHeight = Math.max(1, Math.floor(BAND_BYTES / bmpStride(header)));
      return {
        ...shape,
        channels: pixels.channels,
        blockHeight,
        withBlocks: (use) => withFile(source, (file) => use(bands(file, header, pixels, blockHeight, path))),
      };
    }
  }
}

/** Bytes of codes for a pixel, where all are coded: one run of two bytes gives at most 255. */
const LEAST_CODES = 2 / 255;

/** @throws IngestError too-large for more than is decoded at once, truncated for more than its codes can fill */
function checkRunLengths({ width, height, pixelOffset }: BmpHeader, size: number, path: string): void {
  checkSize(width, height, path, MAX_BLOCK_BYTES / 3);
  // Jumps may leave much of a drawing out, but not all but an eighth; a small image costs nothing either way.
  const pixels = width * height;
  if (pixels > 2 ** 20 && (size - pixelOffset) * 8 < pixels * LEAST_CODES) throw truncated(path);
}

function bands(
  file: ReadAt,
  header: BmpHeader,
  pixels: BmpPixels,
  blockHeight: number,
  path: string,
): LoadBlock {
  const { width, height, topDown, pixelOffset } = header;
  const stride = bmpStride(header);
  const end = bmpEnd(header);
  return async (_, band) => {
    const top = band * blockHeight;
    const rows = Math.min(blockHeight, height - top);
    const start = pixelOffset + stride * (topDown ? top : height - top - rows);
    const bytes = await readExactly(file, start, Math.min(stride * rows, end - start), path);
    return { values: writeRows(bytes, stride, rows, header, pixels), width };
  };
}

async function loadRunLengths(
  header: BmpHeader,
  coding: 'RLE8' | 'RLE4',
  pixels: BmpPixels,
  source: FileSource,
  size: number,
): Promise<Block> {
  const { path } = source;
  const { width, height, pixelOffset } = header;
  // No pixel and no row takes more than four bytes; what lies behind is no part of the picture.
  const most = 4 * width * height + 4 * height + 2;
  const codes = await withFile(source, async (file) => {
    if (pixelOffset >= size) throw truncated(path);
    return readExactly(file, pixelOffset, Math.min(size - pixelOffset, most), path);
  });
  const indices = unpackRunLengths(codes, coding === 'RLE8' ? 8 : 4, width, height, path);
  return { values: writeRows(indices, width, height, header, pixels), width };
}

/** Samples from the top of `rows` rows that come in the order of the file. */
function writeRows(
  bytes: Uint8Array,
  stride: number,
  rows: number,
  { width, topDown }: BmpHeader,
  { channels, writeRow }: BmpPixels,
): Uint8Array {
  const values = new Uint8Array(width * rows * channels);
  for (let y = 0; y < rows; y++) {
    const from = (topDown ? y : rows - 1 - y) * stride;
    writeRow(bytes.subarray(from, from + stride), values, y * width * channels);
  }
  return values;
}
