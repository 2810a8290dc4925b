import { MAX_BLOCK_BYTES } from '../../limits.ts';
import { truncated } from '../../problems.ts';
import type { StoredValues } from '../../stored-image.ts';
import { ByteWindow, readExactly, withFile } from '../byte-window.ts';
import type { FileSource, ReadAt } from '../byte-window.ts';
import { asOrientation } from '../raster-page.ts';
import type { Block, RasterPage } from '../raster-page.ts';
import { allocate } from '../sample-kind.ts';
import type { SampleKind } from '../sample-kind.ts';
import { overBlack, throughPalette } from './colours.ts';
import type { TiffColours } from './colours.ts';
import { labToRgb } from './lab.ts';
import type { TiffDirectory } from './directory.ts';
import { readColours, readPlaces } from './layout.ts';
import type { BlockPlaces, TiffLayout } from './layout.ts';
import { readSamples, sampleKind } from './samples.ts';
import { unpack } from './unpack.ts';
import type { TiffCompression } from './unpack.ts';

/** Uncompressed strips are cut into bands of so many bytes: many writers make one strip of the whole image. */
const BAND_BYTES = 4 * 2 ** 20;

export interface TiffPage {
  readonly source: FileSource;
  readonly size: number;
  readonly directory: TiffDirectory;
  readonly layout: TiffLayout;
  readonly compression: TiffCompression;
  readonly colours: Exclude<TiffColours, { readonly kind: 'other' }>;
  /** Bytes by which its pixels lie behind the place that the directory says; 0 but for stacks of one directory. */
  readonly shift: number;
}

/** Bytes of one row of a block. */
function rowBytes({ blockWidth, planar, samples, bits }: TiffLayout): number {
  return Math.ceil((blockWidth * (planar ? 1 : samples) * bits) / 8);
}

/** Bytes that all pixels of a page take that is not compressed. */
export function pageBytes(layout: TiffLayout): number {
  return rowBytes(layout) * layout.height * (layout.planar ? layout.samples : 1);
}

/** Rows that are decoded at a time; null where a single block is too large for that. */
function rowsAtOnce(layout: TiffLayout, compression: TiffCompression): number | null {
  const { blockHeight, tiled, samples, blockWidth } = layout;
  const bytes = rowBytes(layout);
  // A row of samples as they are decoded: 64 bits come first as such.
  const decoded = Math.max(bytes * (layout.planar ? samples : 1), blockWidth * samples);
  if (compression === 'none' && !tiled && decoded * blockHeight > BAND_BYTES) {
    return Math.max(1, Math.floor(BAND_BYTES / decoded));
  }
  return decoded * blockHeight > MAX_BLOCK_BYTES ? null : blockHeight;
}

/** One page whose strips or tiles are unpacked one by one; null where one is too large for that. */
export function tiffPage(page: TiffPage): RasterPage | null {
  const { source, layout, colours } = page;
  const blockHeight = rowsAtOnce(layout, page.compression);
  if (blockHeight === null) return null;
  const { kind, bitDepth, bounded } = samplesOut(page);
  let places: Promise<BlockPlaces> | undefined;
  let lut: Promise<Uint8Array> | undefined;
  return {
    width: layout.width,
    height: layout.height,
    channels: colours.kind === 'grey' ? 1 : 3,
    kind,
    bitDepth,
    declared: bounded ? { low: 0, high: 2 ** bitDepth - 1 } : null,
    inverted: colours.kind === 'grey' && colours.inverted,
    orientation: asOrientation(layout.orientation),
    blockWidth: layout.blockWidth,
    blockHeight,
    withBlocks: (use) =>
      withFile(source, async (file) => {
        const bytes = new ByteWindow(file, source, page.size);
        places ??= readPlaces(bytes, page.directory, layout);
        const blocks = new TiffBlocks(page, file, await places, blockHeight);
        // Begun only now: where both are damaged, nobody would be left to hear of the second, which ends the process.
        if (colours.kind === 'palette') lut ??= readColours(bytes, page.directory, layout.bits);
        const table = (await lut) ?? null;
        return use(async (column, row): Promise<Block> => {
          const values = await blocks.load(column, row);
          return { values: coloured(values, page, table), width: layout.blockWidth };
        });
      }),
  };
}

/** The type of the samples that a page gives. */
function samplesOut({ layout, colours, source }: TiffPage): {
  readonly kind: SampleKind;
  readonly bitDepth: number;
  readonly bounded: boolean;
} {
  switch (colours.kind) {
    case 'palette':
      return { kind: 'uint8', bitDepth: 8, bounded: true };
    case 'lab':
      return { kind: colours.bits === 8 ? 'uint8' : 'uint16', bitDepth: colours.bits, bounded: true };
    case 'grey':
    case 'rgb':
      return {
        kind: sampleKind(layout, source.path),
        bitDepth: Math.min(32, layout.bits),
        bounded: layout.numbers === 'unsigned' && layout.bits <= 32,
      };
  }
}

/** Samples of the file → grey or RGB. */
function coloured(values: StoredValues, page: TiffPage, palette: Uint8Array | null): StoredValues {
  const { layout, colours, source } = page;
  switch (colours.kind) {
    case 'palette':
      return throughPalette(values, palette ?? new Uint8Array(), source.path);
    case 'lab':
      return labToRgb(values, colours.bits);
    case 'grey':
    case 'rgb':
      return colours.alpha ? overBlack(values, layout, sampleKind(layout, source.path)) : values;
  }
}

/** Reads blocks of an open file: interleaved samples, all that the file has. */
class TiffBlocks {
  readonly #page: TiffPage;
  readonly #file: ReadAt;
  readonly #places: BlockPlaces;
  readonly #rows: number;

  constructor(page: TiffPage, file: ReadAt, places: BlockPlaces, rows: number) {
    this.#page = page;
    this.#file = file;
    this.#places = places;
    this.#rows = rows;
  }

  async load(column: number, row: number): Promise<StoredValues> {
    const { layout, source } = this.#page;
    const { path } = source;
    const { planar, samples, blockWidth } = layout;
    const first = row * this.#rows;
    const rows = layout.tiled ? this.#rows : Math.min(this.#rows, layout.height - first);
    if (!planar) return this.#plane(column, first, rows, 0, samples);
    const values = allocate(sampleKind(layout, path), blockWidth * rows * samples);
    for (let sample = 0; sample < samples; sample++) {
      const plane = await this.#plane(column, first, rows, sample, 1);
      for (let i = 0; i < plane.length; i++) values[i * samples + sample] = plane[i] ?? 0;
    }
    return values;
  }

  /** Rows of a plane [rows, blockWidth * step], which may begin and end inside of strips. */
  async #plane(
    column: number,
    first: number,
    rows: number,
    plane: number,
    step: number,
  ): Promise<StoredValues> {
    const { layout, source } = this.#page;
    const { path } = source;
    const { blockHeight, blockWidth } = layout;
    const bytes = new Uint8Array(rowBytes(layout) * rows);
    for (let done = 0; done < rows;) {
      const strip = Math.floor((first + done) / blockHeight);
      const skipped = first + done - strip * blockHeight;
      const count = Math.min(rows - done, blockHeight - skipped);
      const part = await this.#rowsOf(column, strip, plane, skipped, count);
      bytes.set(part, done * rowBytes(layout));
      done += count;
    }
    return readSamples(bytes, layout, blockWidth * step, step, path);
  }

  /** `count` rows of one strip or tile behind those `skipped`, unpacked. */
  async #rowsOf(
    column: number,
    row: number,
    plane: number,
    skipped: number,
    count: number,
  ): Promise<Uint8Array> {
    const { layout, compression, source, size, shift } = this.#page;
    const { path } = source;
    const across = Math.ceil(layout.width / layout.blockWidth);
    const down = Math.ceil(layout.height / layout.blockHeight);
    const index = (plane * down + row) * across + column;
    const length = rowBytes(layout) * count;
    const offset = (this.#places.offsets[index] ?? 0) + shift;
    if (compression === 'none') {
      const at = offset + rowBytes(layout) * skipped;
      return reversed(await this.#read(at, length), layout);
    }
    const packed = this.#places.lengths[index] ?? 0;
    if (offset + packed > size) throw truncated(path);
    // No way of packing makes it larger than this; what lies behind is not needed.
    const read = await this.#read(offset, Math.min(packed, length * 2 + 2 ** 16));
    return unpack(reversed(read, layout), compression, length, path);
  }

  #read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (at + length > this.#page.size) throw truncated(this.#page.source.path);
    return readExactly(this.#file, at, length, this.#page.source.path);
  }
}

/** Turns the bits of each byte round where the lowest came first. */
function reversed(bytes: Uint8Array<ArrayBuffer>, { lowBitFirst }: TiffLayout): Uint8Array<ArrayBuffer> {
  if (!lowBitFirst) return bytes;
  return bytes.map((byte) => {
    let turned = 0;
    for (let bit = 0; bit < 8; bit++) turned |= ((byte >> bit) & 1) << (7 - bit);
    return turned;
  });
}
