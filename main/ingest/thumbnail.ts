import { type Intensity, AS_THE_FILE_SAYS } from './intensity-settings.ts';
import { toModelInput } from './intensity.ts';
import { imageOf, leastShrink } from './preparation.ts';
import { sharp } from './sharp.ts';
import { robustRange } from './source-pixels.ts';
import type { OpenedFile, Part, StoredImage } from './stored-image.ts';

const QUALITY = 82;

/**
 * A small picture of an image, at most `size` pixels a side and never enlarged. What the file does not say how to show, and has
 * more than 8 bits, is shown through a window that covers all but a few of the values.
 * @returns WebP
 * @throws IngestError where its pixels cannot be decoded
 */
export async function makeThumbnail(
  file: OpenedFile,
  part: Part,
  size: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const { width: fullWidth, height: fullHeight } = imageOf(file, part);
  const image = await file.read(part, { shrink: leastShrink(fullWidth, fullHeight) });
  const { width, height, channels, pixels } = await toModelInput(image, shownAs(image), () =>
    Promise.reject(new Error('no statistics are needed')),
  );
  const webp = await sharp(pixels, { raw: { width, height, channels } })
    .resize(size, size, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: QUALITY })
    .toBuffer();
  return new Uint8Array(webp);
}

function shownAs(image: StoredImage): Intensity {
  const { values, voi, slope, intercept } = image;
  if (voi !== null || values instanceof Uint8Array) return AS_THE_FILE_SAYS;
  const { low, high } = robustRange(image);
  const ends = [slope * low + intercept, slope * high + intercept].sort((a, b) => a - b);
  const [black = 0, white = 0] = ends;
  return black < white ? { kind: 'window', low: black, high: white } : AS_THE_FILE_SAYS;
}
