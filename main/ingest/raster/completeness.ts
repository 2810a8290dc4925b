import type { ImageFormat } from '../image.ts';
import { checkSize, truncated } from '../problems.ts';

/**
 * Checks what the decoder cannot tell apart: it reports a short file and a damaged one alike, and
 * refuses a PNG of absurd size as damaged.
 * @throws IngestError truncated, too-large, corrupt
 */
export function checkComplete(bytes: Uint8Array, format: ImageFormat, path: string): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (format) {
    case 'png':
      checkPng(view, path);
      return;
    case 'webp':
      // RIFF: the length field leaves out itself and the four letters before it.
      if (view.byteLength < 12 || 8 + view.getUint32(4, true) > view.byteLength) throw truncated(path);
      return;
    case 'tiff':
      checkTiff(view, path);
      return;
    case 'jpeg':
    case 'bmp':
    case 'dicom':
      return;
  }
}

const IEND = 0x49454e44;

/** A PNG is whole when its chain of chunks ends in IEND. */
function checkPng(view: DataView, path: string): void {
  const headerEnd = 33;
  if (view.byteLength < headerEnd) throw truncated(path);
  checkSize(view.getUint32(16), view.getUint32(20), path);
  // A chunk is length, type, data, checksum; the signature before the first has 8 bytes.
  for (let at = 8; ; at += 12 + view.getUint32(at)) {
    if (at + 12 > view.byteLength) throw truncated(path);
    if (view.getUint32(at + 4) === IEND) return;
  }
}

/** Most writers put the directory behind the pixels, so a short TIFF points past its own end. */
function checkTiff(view: DataView, path: string): void {
  if (view.byteLength < 16) throw truncated(path);
  const littleEndian = view.getUint8(0) === 0x49;
  const big = view.getUint16(2, littleEndian) === 43;
  const directory = big ? Number(view.getBigUint64(8, littleEndian)) : view.getUint32(4, littleEndian);
  if (directory + 2 > view.byteLength) throw truncated(path);
}
