import type { Metadata, SharpOptions } from 'sharp';
import { IngestError } from '../errors.ts';
import { MAX_BLOCK_BYTES, MAX_BYTES_AT_ONCE, MAX_RASTER_PIXELS } from '../limits.ts';
import { checkSize } from '../problems.ts';
import { sharp } from '../sharp.ts';
import { readExactly, withFile } from './byte-window.ts';
import type { FileSource } from './byte-window.ts';
import type { RasterCache } from './raster-cache.ts';
import { asOrientation } from './raster-page.ts';
import type { Block, RasterPage } from './raster-page.ts';
import { samplesOf } from './sample-kind.ts';
import { SHARP_OPTIONS, decoderError, sharpPixels, withoutGaps } from './sharp-decoding.ts';

/** Rows that are read of an unpacked image at a time. */
const BAND_BYTES = 16 * 2 ** 20;

/** What is needed to decode one page of a file with sharp. */
export interface SharpFile {
  readonly source: FileSource;
  /** As sharp counts: frames of a WebP, directories of a TIFF. */
  readonly page: number;
  readonly cache: RasterCache;
}

/** @throws IngestError of the decoder */
export async function readMetadata({ path, bytes }: FileSource, page: number): Promise<Metadata> {
  try {
    return await sharp(bytes ?? path, { ...SHARP_OPTIONS, page }).metadata();
  } catch (thrown) {
    throw decoderError(thrown, path);
  }
}

/**
 * One page that sharp decodes from its first row to its last: at once where it is small, else through an unpacked copy in the
 * cache, since a part of it cannot be decoded without all that lies before.
 * @throws IngestError unsupported-format, too-large
 */
export function sharpPage(metadata: Metadata, file: SharpFile): RasterPage {
  const { path, bytes: inMemory } = file.source;
  const { width, height } = sizeOfPage(metadata);
  checkSize(width, height, path, MAX_RASTER_PIXELS);
  const pixels = sharpPixels(metadata, path);
  const { channels, bitDepth } = pixels;
  // Progressive JPEG and interlaced PNG come in passes over the whole image.
  const rowBytes = (width * channels * bitDepth) / 8;
  if (metadata.isProgressive && rowBytes * height > MAX_BYTES_AT_ONCE) {
    throw new IngestError(
      'too-large',
      path,
      `"${path}" is progressive or interlaced, which is read up to ${String(MAX_BYTES_AT_ONCE)} bytes of pixels; save it without that.`,
    );
  }
  const kind = bitDepth === 16 ? 'uint16' : 'uint8';
  const shape = {
    width,
    height,
    channels,
    kind,
    bitDepth,
    declared: { low: 0, high: 2 ** bitDepth - 1 },
    inverted: false,
    orientation: asOrientation(metadata.orientation),
    blockWidth: width,
  } as const;
  const open = (strictness: Pick<SharpOptions, 'failOn'>) =>
    pixels.pipeline((options) => sharp(inMemory ?? path, { ...options, ...strictness, page: file.page }));
  if (rowBytes * height <= MAX_BLOCK_BYTES) {
    const load = async (): Promise<Block> => {
      try {
        const bytes = await withoutGaps(metadata, (strictness) =>
          open(strictness)
            .raw({ depth: bitDepth === 16 ? 'ushort' : 'uchar' })
            .toBuffer(),
        );
        return { values: samplesOf(kind, bytes), width };
      } catch (thrown) {
        throw decoderError(thrown, path);
      }
    };
    return { ...shape, blockHeight: height, withBlocks: (use) => use(load) };
  }
  const blockHeight = Math.max(1, Math.floor(BAND_BYTES / rowBytes));
  const unpacked = { path, page: file.page, bytes: rowBytes * height };
  const unpack = (copy: string) => withoutGaps(metadata, (strictness) => open(strictness).toFile(copy));
  return {
    ...shape,
    blockHeight,
    withBlocks: (use) =>
      file.cache.use(unpacked, unpack, (copy, start) =>
        withFile({ path: copy, bytes: null }, (handle) =>
          use(async (_, row) => {
            const rows = Math.min(blockHeight, height - row * blockHeight);
            const at = start + row * blockHeight * rowBytes;
            const bytes = await readExactly(handle, at, rows * rowBytes, copy);
            return { values: samplesOf(kind, bytes), width };
          }),
        ),
      ),
  };
}

/** sharp gives the size of one frame; only for animations it says so apart from the whole. */
function sizeOfPage(metadata: Metadata): { readonly width: number; readonly height: number } {
  return { width: metadata.width, height: metadata.pageHeight ?? metadata.height };
}
