import { MAX_RASTER_PIXELS } from '../../limits.ts';
import { checkSize, corrupt, unsupported } from '../../problems.ts';
import type { ByteWindow } from '../byte-window.ts';
import type { TiffDirectory, TiffOrder } from './directory.ts';

/** Tags of TIFF 6.0 and its supplements. */
const TAG = {
  subfileKind: 254,
  oldSubfileKind: 255,
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  description: 270,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
  planes: 284,
  predictor: 317,
  colours: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileBytes: 325,
  extraSamples: 338,
  sampleFormat: 339,
} as const;

export type TiffNumbers = 'unsigned' | 'signed' | 'float';

/** How the samples of a page lie in the file. */
export interface TiffLayout {
  readonly order: TiffOrder;
  readonly width: number;
  readonly height: number;
  /** Of each sample, 1 to 64. */
  readonly bits: number;
  readonly numbers: TiffNumbers;
  readonly samples: number;
  /** Meaning of the samples behind the colours: 1 premultiplied alpha, 2 alpha, 0 none stated. */
  readonly extra: readonly number[];
  readonly compression: number;
  readonly predictor: number;
  readonly photometric: number;
  readonly orientation: number;
  /** The lowest bit of a byte comes first. */
  readonly lowBitFirst: boolean;
  /** Each sample has blocks of its own. */
  readonly planar: boolean;
  readonly tiled: boolean;
  readonly blockWidth: number;
  readonly blockHeight: number;
}

/** Smaller copies (bit 0) and masks (bit 2) of other pages are no images of their own. */
export async function isCopyOrMask(bytes: ByteWindow, directory: TiffDirectory): Promise<boolean> {
  const kind = await directory.number(bytes, TAG.subfileKind, 0);
  const old = await directory.number(bytes, TAG.oldSubfileKind, 0);
  return (kind & 0b101) !== 0 || old === 2;
}

/** The start of what the writer says of a page. */
export function description(bytes: ByteWindow, directory: TiffDirectory): Promise<string> {
  return directory.text(bytes, TAG.description, 4096);
}

/** @throws IngestError truncated, corrupt, too-large, unsupported-format */
export async function readLayout(bytes: ByteWindow, directory: TiffDirectory): Promise<TiffLayout> {
  const { path } = bytes;
  const number = (tag: number, otherwise: number) => directory.number(bytes, tag, otherwise);
  const width = await number(TAG.width, 0);
  const height = await number(TAG.height, 0);
  checkSize(width, height, path, MAX_RASTER_PIXELS);
  const samples = await number(TAG.samples, 1);
  if (samples < 1 || samples > 0xff) throw unsupported(path, `holds ${String(samples)} channels`);
  const tiled = directory.count(TAG.tileWidth) > 0;
  const rows = Math.min(await number(TAG.rowsPerStrip, height), height);
  const blockWidth = tiled ? await number(TAG.tileWidth, 0) : width;
  const blockHeight = tiled ? await number(TAG.tileHeight, 0) : rows;
  // Tiles may be larger than a small image, within reason.
  if (blockWidth < 1 || blockHeight < 1 || blockWidth > width + 65_536 || blockHeight > height + 65_536) {
    throw corrupt(path, `its tiles have ${String(blockWidth)} x ${String(blockHeight)} pixels`);
  }
  return {
    order: directory.order,
    width,
    height,
    bits: await alike(bytes, directory, TAG.bits, samples, 1),
    numbers: numbersOf(await alike(bytes, directory, TAG.sampleFormat, samples, 1), path),
    samples,
    extra: await directory.numbers(bytes, TAG.extraSamples, samples),
    compression: await number(TAG.compression, 1),
    predictor: await number(TAG.predictor, 1),
    photometric: await number(TAG.photometric, samples >= 3 ? 2 : 1),
    orientation: await number(TAG.orientation, 1),
    lowBitFirst: (await number(TAG.fillOrder, 1)) === 2,
    planar: samples > 1 && (await number(TAG.planes, 1)) === 2,
    tiled,
    blockWidth,
    blockHeight,
  };
}

/** A field that has a value for each sample, where all are the same. */
async function alike(
  bytes: ByteWindow,
  directory: TiffDirectory,
  tag: number,
  samples: number,
  otherwise: number,
): Promise<number> {
  const [first = otherwise, ...rest] = await directory.numbers(bytes, tag, samples);
  if (rest.some((value) => value !== first)) {
    throw unsupported(bytes.path, 'holds channels of different types');
  }
  return first;
}

function numbersOf(format: number, path: string): TiffNumbers {
  switch (format) {
    case 1:
    // 4 is "undefined": what writers use who know of no other than unsigned.
    case 4:
      return 'unsigned';
    case 2:
      return 'signed';
    case 3:
      return 'float';
    case 5:
    case 6:
      throw unsupported(path, 'holds complex numbers');
    default:
      throw corrupt(path, `its samples have format ${String(format)}`);
  }
}

/** Where the blocks lie: first all of one plane, then of the next. */
export interface BlockPlaces {
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
}

/** @throws IngestError truncated, corrupt */
export async function readPlaces(
  bytes: ByteWindow,
  directory: TiffDirectory,
  layout: TiffLayout,
): Promise<BlockPlaces> {
  const across = Math.ceil(layout.width / layout.blockWidth);
  const down = Math.ceil(layout.height / layout.blockHeight);
  const count = across * down * (layout.planar ? layout.samples : 1);
  const { tiled } = layout;
  const offsets = await directory.numbers(bytes, tiled ? TAG.tileOffsets : TAG.stripOffsets, count);
  const lengths = await directory.numbers(bytes, tiled ? TAG.tileBytes : TAG.stripBytes, count);
  // Old writers leave the length of uncompressed strips out: it follows from the size.
  const missing = lengths.length === 0 && layout.compression === 1;
  if (offsets.length < count || (lengths.length < count && !missing)) {
    throw corrupt(bytes.path, 'it does not say where its pixels are');
  }
  return { offsets, lengths };
}

/** The palette as 8-bit RGB triples. @throws IngestError truncated, corrupt */
export async function readColours(
  bytes: ByteWindow,
  directory: TiffDirectory,
  bits: number,
): Promise<Uint8Array> {
  const length = 2 ** bits;
  const values = await directory.numbers(bytes, TAG.colours, length * 3);
  if (values.length < length * 3) throw corrupt(bytes.path, 'its palette is too short');
  // They have 16 bits; some writers put 8 there.
  const scale = values.some((value) => value > 255) ? 256 : 1;
  const colours = new Uint8Array(length * 3);
  for (let i = 0; i < length; i++) {
    for (let c = 0; c < 3; c++) colours[i * 3 + c] = Math.floor((values[c * length + i] ?? 0) / scale);
  }
  return colours;
}
