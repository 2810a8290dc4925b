/** Smallest files of each format, to be made harmful. */
import { crc32, deflateSync } from 'node:zlib';
import { dicomFile, greyImage, numbers } from '../dicom/build-dicom.ts';
import type { Attribute } from '../dicom/build-dicom.ts';

/** Preamble, magic word, and the transfer syntax of 20 bytes. */
export const META_BYTES = 132 + 8 + 20;

export const zeros = (bytes: number): Buffer => Buffer.alloc(bytes);

export function chunk(type: string, data: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.byteLength, 0);
  ends.writeUInt32BE(crc32(typed), 4);
  return Buffer.concat([ends.subarray(0, 4), typed, ends.subarray(4)]);
}

/** 8-bit grey. */
export function png(width: number, height: number, pixels: Uint8Array, ...before: Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...before,
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', zeros(0)),
  ]);
}

export type Entry = readonly [tag: number, type: 3 | 4, value: number];

/** Pages of one strip each, which is the same for all. */
export function tiff(strip: Uint8Array, pages: number, entries: readonly Entry[]): Buffer {
  const directory = (next: number): Buffer => {
    const bytes = Buffer.alloc(2 + (entries.length + 2) * 12 + 4);
    bytes.writeUInt16LE(entries.length + 2);
    const all: readonly Entry[] = [...entries, [273, 4, 8], [279, 4, strip.byteLength]];
    [...all]
      .sort(([a], [b]) => a - b)
      .forEach(([tag, type, value], i) => {
        bytes.writeUInt16LE(tag, 2 + i * 12);
        bytes.writeUInt16LE(type, 4 + i * 12);
        bytes.writeUInt32LE(1, 6 + i * 12);
        bytes.writeUInt32LE(value, 10 + i * 12);
      });
    bytes.writeUInt32LE(next, bytes.length - 4);
    return bytes;
  };
  const first = 8 + strip.byteLength;
  const size = directory(0).length;
  const head = Buffer.from('II*\0\0\0\0\0', 'latin1');
  head.writeUInt32LE(first, 4);
  const directories = Array.from({ length: pages }, (_, i) =>
    directory(i === pages - 1 ? 0 : first + (i + 1) * size),
  );
  return Buffer.concat([head, strip, ...directories]);
}

export const grey = (width: number, height: number, compression: number): readonly Entry[] => [
  [256, 4, width],
  [257, 4, height],
  [258, 3, 8],
  [259, 3, compression],
  [262, 3, 1],
  [277, 3, 1],
  [278, 4, height],
];

const SIDE = 65_535;

/** Of these sides, and with hardly a pixel. */
export function dicom(pixels: Uint8Array, syntax: string, ...others: Attribute[]): Buffer {
  const shape = [numbers(0x00280010, 'US', SIDE), numbers(0x00280011, 'US', SIDE)];
  return dicomFile(greyImage(1, 1, { allocated: 8 }, pixels, ...shape, ...others), 'explicit', syntax);
}

export const RLE = '1.2.840.10008.1.2.5';
export const JPEG = '1.2.840.10008.1.2.4.50';
export const rleHeader = (segments: number): Buffer => {
  const header = Buffer.alloc(64);
  header.writeUInt32LE(segments, 0);
  for (let i = 0; i < segments; i++) header.writeUInt32LE(64 + i * 2, 4 + i * 4);
  return header;
};
