/** How the uncompressed pixels of a DICOM file are stored, by the UID of its transfer syntax. */
const UNCOMPRESSED: ReadonlyMap<string, 'little' | 'big'> = new Map([
  ['1.2.840.10008.1.2', 'little'],
  ['1.2.840.10008.1.2.1', 'little'],
  ['1.2.840.10008.1.2.2', 'big'],
]);

const COMPRESSED: ReadonlyMap<string, string> = new Map([
  ['1.2.840.10008.1.2.1.99', 'Deflated Explicit VR Little Endian'],
  ['1.2.840.10008.1.2.4.50', 'JPEG Baseline'],
  ['1.2.840.10008.1.2.4.51', 'JPEG Extended'],
  ['1.2.840.10008.1.2.4.57', 'JPEG Lossless'],
  ['1.2.840.10008.1.2.4.70', 'JPEG Lossless, first-order prediction'],
  ['1.2.840.10008.1.2.4.80', 'JPEG-LS Lossless'],
  ['1.2.840.10008.1.2.4.81', 'JPEG-LS Near-lossless'],
  ['1.2.840.10008.1.2.4.90', 'JPEG 2000 Lossless'],
  ['1.2.840.10008.1.2.4.91', 'JPEG 2000'],
  ['1.2.840.10008.1.2.4.201', 'High-Throughput JPEG 2000 Lossless'],
  ['1.2.840.10008.1.2.5', 'RLE Lossless'],
]);

/** Byte order of the pixels, or undefined where the transfer syntax is not one of the uncompressed ones. */
export function byteOrder(uid: string): 'little' | 'big' | undefined {
  return UNCOMPRESSED.get(uid);
}

/** A name for people: the standard's name and the UID. */
export function transferSyntaxName(uid: string): string {
  const name = COMPRESSED.get(uid);
  return name === undefined ? uid : `${name} (${uid})`;
}
