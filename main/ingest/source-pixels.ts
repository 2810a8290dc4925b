import { decodeBytes } from './decode.ts';
import { decodeDicom, readStored } from './dicom/decode-dicom.ts';
import { storedValue } from './dicom/grey-mapping.ts';
import type { DecodedImage } from './image.ts';
import { readImageFile } from './read-file.ts';

/** An image as its file stores it, for a viewport: nothing is windowed, scaled or cut off. */
export interface SourcePixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Interleaved [height, width, channels]. */
  readonly values: Uint8Array | Uint16Array | Int16Array;
  /** value = slope * stored + intercept; 1 and 0 where the file says nothing of it. */
  readonly slope: number;
  readonly intercept: number;
  /** In values: what the file asks for, else what shows most of them. Shown is centre ± width / 2. */
  readonly window: { readonly centre: number; readonly width: number };
  /** Small values are bright. */
  readonly inverted: boolean;
}

/**
 * Reads an image without loss. Transparency and orientation are treated as everywhere, see decode.ts; of a DICOM image in
 * colour the samples span the whole range of their depth.
 * @throws IngestError for every file that is not a complete, supported image
 */
export async function readSourcePixels(path: string): Promise<SourcePixels> {
  const { bytes, format } = await readImageFile(path);
  if (format !== 'dicom') return plainPixels(await decodeBytes(bytes, format, path));
  const stored = readStored(bytes, path);
  if (stored.header.samples !== 1) return plainPixels(decodeDicom(bytes, path));
  const { rows, columns, slope, intercept, window, photometric } = stored.header;
  const values = storedValues(stored);
  return {
    width: columns,
    height: rows,
    channels: 1,
    values,
    slope,
    intercept,
    window: window ?? windowOf(values, slope, intercept),
    inverted: photometric === 'MONOCHROME1',
  };
}

function storedValues({
  header,
  words,
}: ReturnType<typeof readStored>): Uint8Array | Uint16Array | Int16Array {
  const valueOf = (word: number) => storedValue(word, header);
  if (header.signed) return Int16Array.from(words, valueOf);
  return header.bitsAllocated === 8 ? Uint8Array.from(words, valueOf) : Uint16Array.from(words, valueOf);
}

function plainPixels(image: DecodedImage): SourcePixels {
  const { width, height, channels, pixels } = image;
  const scale = { slope: 1, intercept: 0, inverted: false } as const;
  return { width, height, channels, values: pixels, ...scale, window: windowOf(pixels, 1, 0) };
}

/** 8 bits are shown as they are; of more, the few darkest and brightest values would leave the rest too little contrast. */
function windowOf(
  stored: SourcePixels['values'],
  slope: number,
  intercept: number,
): { centre: number; width: number } {
  const { low, high } = stored instanceof Uint8Array ? { low: 0, high: 255 } : robustRange(stored);
  const width = Math.abs(slope) * (high - low);
  return {
    centre: slope * ((low + high) / 2) + intercept,
    // A constant image gets one step of its values around it.
    width: width > 0 ? width : Math.abs(slope),
  };
}

/** The share of the values that may lie outside at each end. */
const OUTSIDE = 0.005;

/** Where all but a few of the values lie; the ends are values that occur. Both 0 where there are none. */
export function robustRange(values: Uint8Array | Uint16Array | Int16Array): { low: number; high: number } {
  const offset = values instanceof Int16Array ? 2 ** 15 : 0;
  const counts = new Uint32Array(2 ** 16);
  for (const value of values) counts[value + offset] = (counts[value + offset] ?? 0) + 1;
  const allowed = Math.floor(values.length * OUTSIDE);
  const end = (indices: Iterable<number>) => {
    let seen = 0;
    for (const index of indices) {
      seen += counts[index] ?? 0;
      if (seen > allowed) return index - offset;
    }
    return 0;
  };
  return { low: end(counts.keys()), high: end(descending(counts.length)) };
}

function* descending(length: number): Generator<number, void> {
  for (let index = length - 1; index >= 0; index--) yield index;
}
