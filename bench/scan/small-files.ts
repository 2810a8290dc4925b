/** Many small files for a scan: PNG and DICOM by turns, 64 × 64, each with content of its own. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { RandomStream } from '../../models/random.ts';

const SIDE = 64;
const IN_A_FOLDER = 1000;
const AT_ONCE = 64;

/** Where a file lies below the folder. */
export function smallFileName(index: number): string {
  const folder = String(Math.floor(index / IN_A_FOLDER)).padStart(3, '0');
  return `${folder}/${String(index).padStart(6, '0')}.${index % 2 === 0 ? 'png' : 'dcm'}`;
}

/**
 * @param indices of the files to write
 * @param version another one gives the same files other contents
 */
export async function writeSmallFiles(
  folder: string,
  indices: readonly number[],
  version = 0,
): Promise<void> {
  for (const index of indices) {
    if (index % IN_A_FOLDER === 0) await mkdir(join(folder, smallFileName(index), '..'), { recursive: true });
  }
  for (let start = 0; start < indices.length; start += AT_ONCE) {
    await Promise.all(
      indices.slice(start, start + AT_ONCE).map((index) => {
        const grey = discs(new RandomStream(index, `scan ${version}`));
        const bytes = index % 2 === 0 ? pngOf(grey) : dicomOf(grey, index);
        return writeFile(join(folder, smallFileName(index)), bytes);
      }),
    );
  }
}

/** A few discs with a little noise, 0 to 255. */
function discs(stream: RandomStream): Uint8Array {
  const shapes = Array.from({ length: 4 }, () => ({
    x: SIDE * stream.uniform(),
    y: SIDE * stream.uniform(),
    radius: SIDE * (0.1 + 0.3 * stream.uniform()),
    grey: 40 + 160 * stream.uniform(),
  }));
  return Uint8Array.from({ length: SIDE * SIDE }, (_, at) => {
    const [x, y] = [at % SIDE, Math.floor(at / SIDE)];
    const inside = shapes.filter((disc) => Math.hypot(x - disc.x, y - disc.y) < disc.radius);
    return Math.max(20, ...inside.map(({ grey }) => grey)) + (stream.bits() & 15);
  });
}

function pngOf(grey: Uint8Array): Buffer {
  const rows = Buffer.alloc((SIDE + 1) * SIDE);
  for (let y = 0; y < SIDE; y++) rows.set(grey.subarray(y * SIDE, (y + 1) * SIDE), y * (SIDE + 1) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIDE, 0);
  header.writeUInt32BE(SIDE, 4);
  // 8 bits, grey, neither compressed nor filtered nor interlaced in another way than the usual.
  header.set([8, 0, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const image = deflateSync(rows, { level: 1 });
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', image),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** Explicit little endian, 12 of 16 bits; hundreds of files to a patient, fifty to a series. */
function dicomOf(grey: Uint8Array, index: number): Buffer {
  const pixels = Buffer.alloc(grey.length * 2);
  for (const [at, value] of grey.entries()) pixels.writeUInt16LE(value * 12, at * 2);
  const patient = Math.floor(index / 400);
  const series = Math.floor(index / 100);
  const syntax = element(0x0002, 0x0010, 'UI', '1.2.840.10008.1.2.1');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(syntax.length);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM', 'latin1'),
    element(0x0002, 0x0000, 'UL', length),
    syntax,
    element(0x0008, 0x0016, 'UI', '1.2.840.10008.5.1.4.1.1.4'),
    element(0x0008, 0x0018, 'UI', `1.2.3.${index}`),
    element(0x0008, 0x0060, 'CS', 'MR'),
    element(0x0008, 0x103e, 'LO', 'AX FLAIR'),
    element(0x0010, 0x0020, 'LO', `P${patient}`),
    element(0x0020, 0x000d, 'UI', `1.2.4.${patient}`),
    element(0x0020, 0x000e, 'UI', `1.2.5.${series}`),
    element(0x0020, 0x0032, 'DS', `0\\0\\${index % 100}`),
    element(0x0020, 0x0037, 'DS', '1\\0\\0\\0\\1\\0'),
    element(0x0028, 0x0002, 'US', short(1)),
    element(0x0028, 0x0004, 'CS', 'MONOCHROME2'),
    element(0x0028, 0x0010, 'US', short(SIDE)),
    element(0x0028, 0x0011, 'US', short(SIDE)),
    element(0x0028, 0x0100, 'US', short(16)),
    element(0x0028, 0x0101, 'US', short(12)),
    element(0x0028, 0x0102, 'US', short(11)),
    element(0x0028, 0x0103, 'US', short(0)),
    element(0x7fe0, 0x0010, 'OW', pixels),
  ]);
}

function short(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

/** PS3.5 7.1.2: values have an even length, the long ones a length of 32 bits. */
function element(group: number, number: number, vr: string, content: string | Buffer): Buffer {
  const value = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  const padding = value.length % 2 === 0 ? '' : vr === 'UI' ? '\0' : ' ';
  const even = Buffer.concat([value, Buffer.from(padding, 'latin1')]);
  const head = Buffer.alloc(vr === 'OW' ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, 'latin1');
  if (vr === 'OW') head.writeUInt32LE(even.length, 8);
  else head.writeUInt16LE(even.length, 6);
  return Buffer.concat([head, even]);
}
