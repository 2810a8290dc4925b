import { IngestError } from '../../errors.ts';
import { MAX_BLOCK_BYTES, MAX_DECODED_PAGES, MAX_PAGES } from '../../limits.ts';
import { corrupt, unsupported } from '../../problems.ts';
import type { ByteWindow } from '../byte-window.ts';
import { checkComplete } from '../completeness.ts';
import type { RasterCache } from '../raster-cache.ts';
import type { RasterPage, RasterPages } from '../raster-page.ts';
import { readMetadata, sharpPage } from '../sharp-page.ts';
import { coloursOf } from './colours.ts';
import { readDirectories } from './directory.ts';
import type { TiffDirectory } from './directory.ts';
import { description, isCopyOrMask, readLayout } from './layout.ts';
import type { TiffLayout } from './layout.ts';
import { pageBytes, tiffPage } from './tiff-page.ts';
import { compressionOf } from './unpack.ts';

/**
 * Opens a TIFF: every page is an image, but for smaller copies and masks of others.
 * @throws IngestError truncated, corrupt, too-large, unsupported-format
 */
export async function openTiff(bytes: ByteWindow, cache: RasterCache): Promise<RasterPages> {
  await checkComplete(bytes, 'tiff');
  const directories = await readDirectories(bytes);
  const pages: RasterPage[] = [];
  let left = 0;
  for (const [index, directory] of directories.entries()) {
    if (directories.length > 1 && (await isCopyOrMask(bytes, directory))) {
      left++;
      continue;
    }
    const layout = await readLayout(bytes, directory);
    const images = directories.length === 1 ? await stackedImages(bytes, directory, layout) : 1;
    for (let image = 0; image < images; image++) {
      pages.push(await openPage(bytes, directory, layout, { index, image, of: directories.length, cache }));
    }
  }
  if (pages.length === 0) throw corrupt(bytes.path, 'all its pages are copies of others');
  return {
    pages,
    notes: left > 0 ? [`Left out: ${String(left)} smaller copies or masks of its images.`] : [],
  };
}

interface Place {
  /** Of its directory in the main chain. */
  readonly index: number;
  /** How many that chain has. */
  readonly of: number;
  /** Among the images of its directory. */
  readonly image: number;
  readonly cache: RasterCache;
}

async function openPage(
  bytes: ByteWindow,
  directory: TiffDirectory,
  layout: TiffLayout,
  { index, image, of, cache }: Place,
): Promise<RasterPage> {
  const { path, size } = bytes;
  const colours = coloursOf(layout, path);
  const compression = compressionOf(layout.compression);
  if (compression !== null && colours.kind !== 'other') {
    const shift = image * pageBytes(layout);
    const page = tiffPage({
      source: bytes.source,
      size,
      directory,
      layout,
      compression,
      colours,
      shift,
    });
    if (page) return page;
  }
  // The decoder of pictures knows more compressions and colours, but bends other samples than these.
  if (layout.numbers !== 'unsigned' || layout.bits > 16) {
    throw new IngestError(
      compression === null ? 'unsupported-format' : 'too-large',
      path,
      compression === null
        ? `"${path}" holds ${layout.numbers} samples of ${String(layout.bits)} bits in compression ${String(layout.compression)}, which is not read; save it uncompressed or with LZW or Deflate.`
        : `"${path}" holds a strip or tile of more than ${String(MAX_BLOCK_BYTES)} bytes; save it in tiles.`,
    );
  }
  if (of > MAX_DECODED_PAGES) {
    throw new IngestError(
      'too-large',
      path,
      `"${path}" has ${String(of)} pages in a compression of which ${String(MAX_DECODED_PAGES)} are read; save them uncompressed, or as several files.`,
    );
  }
  return sharpPage(await readMetadata(bytes.source, index), { source: bytes.source, page: index, cache });
}

/** ImageJ writes one directory for a large stack: the pixels of the other images follow those of the first. */
async function stackedImages(
  bytes: ByteWindow,
  directory: TiffDirectory,
  layout: TiffLayout,
): Promise<number> {
  const text = await description(bytes, directory);
  if (!text.startsWith('ImageJ=')) return 1;
  const count = Number(/^images=(\d+)$/m.exec(text)?.[1] ?? '1');
  if (count <= 1) return 1;
  if (layout.compression !== 1 || layout.tiled || count > MAX_PAGES) {
    throw unsupported(bytes.path, `is a stack of ${String(count)} images without their pages`);
  }
  return count;
}
