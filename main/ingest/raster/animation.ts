import type { Metadata } from 'sharp';
import { IngestError } from '../errors.ts';
import { MAX_BLOCK_BYTES } from '../limits.ts';
import { sharp } from '../sharp.ts';
import type { FileSource } from './byte-window.ts';
import type { RasterPage } from './raster-page.ts';
import { decoderError, sharpPixels } from './sharp-decoding.ts';

/**
 * The frames of an animated WebP, decoded all at once when the first is read and kept with the file: each is laid over those
 * before it, so that one by one they would take the square of the time.
 * @param metadata of its first frame
 * @throws IngestError too-large, unsupported-format
 */
export function animationPages(metadata: Metadata, source: FileSource, count: number): RasterPage[] {
  const { path, bytes } = source;
  const { width, height } = metadata;
  const { channels, pipeline } = sharpPixels(metadata, path);
  const frameBytes = width * height * channels;
  if (frameBytes * count > MAX_BLOCK_BYTES) {
    throw new IngestError(
      'too-large',
      path,
      `"${path}" is an animation of ${String(count)} frames of ${String(width)} x ${String(height)} pixels, which is too much; save its frames as images.`,
    );
  }
  let frames: Promise<Uint8Array> | undefined;
  const decode = async (): Promise<Uint8Array> => {
    try {
      return await pipeline((options) => sharp(bytes ?? path, { ...options, pages: count }))
        .raw()
        .toBuffer();
    } catch (thrown) {
      throw decoderError(thrown, path);
    }
  };
  return Array.from({ length: count }, (_, frame) => ({
    width,
    height,
    channels,
    kind: 'uint8',
    bitDepth: 8,
    declared: { low: 0, high: 255 },
    inverted: false,
    orientation: 1,
    blockWidth: width,
    blockHeight: height,
    withBlocks: (use) =>
      use(async () => {
        const all = await (frames ??= decode());
        return { values: new Uint8Array(all.subarray(frame * frameBytes, (frame + 1) * frameBytes)), width };
      }),
  }));
}
