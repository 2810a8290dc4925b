import dicomParser from 'dicom-parser';
import type { DataSet, Element } from 'dicom-parser';
import { IngestError, thrownMessage } from '../errors.ts';
import type { DecodedImage } from '../image.ts';
import { corrupt, truncated, unsupported } from '../problems.ts';
import { greyTable, isPlainByte, storedValue } from './grey-mapping.ts';
import { readPixelHeader } from './pixel-header.ts';
import type { PixelHeader } from './pixel-header.ts';
import { byteOrder, transferSyntaxName } from './transfer-syntax.ts';

const PIXEL_DATA = 'x7fe00010';
const FLOAT_PIXEL_DATA: readonly string[] = ['x7fe00008', 'x7fe00009'];

/**
 * Decodes an uncompressed DICOM image (implicit or explicit little endian, explicit big endian; 8 or 16
 * bits allocated) with one frame, grey or RGB.
 * @throws IngestError truncated, corrupt, too-large, unsupported-format; not-an-image for a DICOM object without pixels
 */
export function decodeDicom(bytes: Uint8Array, path: string): DecodedImage {
  const { header, words } = readStored(bytes, path);
  return header.samples === 1 ? greyImage(header, words) : colourImage(header, words);
}

/** The stored words of an image in file order, [rows * columns * samples], and what they mean. */
export interface StoredImage {
  readonly header: PixelHeader;
  readonly words: Uint16Array | Uint8Array;
}

/** @throws as {@link decodeDicom} */
export function readStored(bytes: Uint8Array, path: string): StoredImage {
  const order = readByteOrder(bytes, path);
  const dataSet = parse(path, () => dicomParser.parseDicom(bytes, { untilTag: PIXEL_DATA }));
  const element = dataSet.elements[PIXEL_DATA];
  if (!element) throw withoutPixels(dataSet, path);
  const header = readPixelHeader(dataSet, path);
  refuseUnsupported(header, path);
  return { header, words: readWords(bytes, element, header, order, path) };
}

/** Runs a call of dicom-parser, which throws strings and plain objects. */
function parse<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    const message = thrownMessage(thrown);
    const short = /overrun|greater than or equal to|maxPosition|maxP osition|end of/i.test(message);
    throw short ? truncated(path, { cause: thrown }) : corrupt(path, message, { cause: thrown });
  }
}

function readByteOrder(bytes: Uint8Array, path: string): 'little' | 'big' {
  const syntax = parse(path, () => dicomParser.readPart10Header(bytes).string('x00020010'));
  if (syntax === undefined) throw corrupt(path, 'its DICOM header names no transfer syntax');
  const order = byteOrder(syntax);
  if (!order) {
    throw unsupported(path, `has the DICOM transfer syntax ${transferSyntaxName(syntax)}`);
  }
  return order;
}

function withoutPixels(dataSet: DataSet, path: string): IngestError {
  if (FLOAT_PIXEL_DATA.some((tag) => dataSet.elements[tag])) {
    return unsupported(path, 'is a DICOM image of floating-point values');
  }
  return new IngestError(
    'not-an-image',
    path,
    `"${path}" is a DICOM object without an image (a report, a plan or an index); nothing needs to be done.`,
  );
}

function refuseUnsupported(header: PixelHeader, path: string): void {
  const { photometric, samples, frames, bitsAllocated } = header;
  const grey = samples === 1 && ['MONOCHROME1', 'MONOCHROME2'].includes(photometric);
  if (!grey && !(samples === 3 && photometric === 'RGB')) {
    const name = `${photometric || 'none'} (${String(samples)} samples per pixel)`;
    throw unsupported(path, `has the DICOM photometric interpretation ${name}`);
  }
  // Reading only the first frame would call a file clear that nobody looked at.
  if (frames !== 1) throw unsupported(path, `is a DICOM image of ${String(frames)} frames`);
  if (bitsAllocated !== 8 && bitsAllocated !== 16) {
    throw unsupported(path, `is a DICOM image of ${String(bitsAllocated)} bits per sample`);
  }
  if (header.hasModalityLut) throw unsupported(path, 'is a DICOM image with a modality LUT');
}

/** The stored words in file order, [rows * columns * samples]. */
function readWords(
  bytes: Uint8Array,
  element: Element,
  header: PixelHeader,
  order: 'little' | 'big',
  path: string,
): Uint16Array | Uint8Array {
  const count = header.rows * header.columns * header.samples;
  const { dataOffset } = element;
  const wide = header.bitsAllocated === 16;
  // OW in big endian swaps the two bytes of each word, also where a sample has only one byte.
  const swapped = !wide && order === 'big' && element.vr === 'OW';
  const size = wide ? count * 2 : count + (swapped ? count % 2 : 0);
  if (dataOffset + size > bytes.byteLength) throw truncated(path);
  if (element.length < size) throw corrupt(path, 'it has fewer pixels than its header says');

  if (!wide) {
    const stored = bytes.subarray(dataOffset, dataOffset + size);
    if (!swapped) return stored;
    return Uint8Array.from({ length: count }, (_, i) => stored[i ^ 1] ?? 0);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + dataOffset, size);
  const words = new Uint16Array(count);
  for (let i = 0; i < count; i++) words[i] = view.getUint16(i * 2, order === 'little');
  return words;
}

function greyImage(header: PixelHeader, words: Uint16Array | Uint8Array): DecodedImage {
  const shape = { width: header.columns, height: header.rows, channels: 1, format: 'dicom' } as const;
  if (isPlainByte(header)) {
    const table = greyTable(header, words, 255);
    return { ...shape, bitDepth: 8, pixels: Uint8Array.from(words, (word) => table[word] ?? 0) };
  }
  const table = greyTable(header, words, 65535);
  return { ...shape, bitDepth: 16, pixels: Uint16Array.from(words, (word) => table[word] ?? 0) };
}

function colourImage(header: PixelHeader, words: Uint16Array | Uint8Array): DecodedImage {
  const { columns: width, rows: height, planar, bitsStored, highBit } = header;
  const deep = header.bitsAllocated === 16;
  const white = deep ? 65535 : 255;
  const largest = 2 ** bitsStored - 1;
  const area = width * height;
  const pixels = deep ? new Uint16Array(area * 3) : new Uint8Array(area * 3);
  for (let i = 0; i < pixels.length; i++) {
    const word = words[planar ? (i % 3) * area + Math.floor(i / 3) : i] ?? 0;
    const value = storedValue(word, { bitsStored, highBit, signed: false });
    pixels[i] = Math.round((value * white) / largest);
  }
  const shape = { width, height, channels: 3, format: 'dicom' } as const;
  return pixels instanceof Uint16Array
    ? { ...shape, bitDepth: 16, pixels }
    : { ...shape, bitDepth: 8, pixels };
}
