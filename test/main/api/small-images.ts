import sharp from 'sharp';

/** A grey PNG whose content differs with `seed`. */
export function greyPng(seed: number, { width = 24, height = 16 } = {}): Promise<Buffer> {
  const pixels = Uint8Array.from({ length: width * height }, (_, at) => (at * 7 + seed * 31) % 256);
  return sharp(pixels, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}

/** 16 bits a sample, as `values` says. */
export function deepImage(
  values: Uint16Array,
  { width, height, channels = 1 }: { width: number; height: number; channels?: 1 | 3 },
  format: 'png' | 'tiff',
): Promise<Buffer> {
  const image = sharp(values, { raw: { width, height, channels } }).toColourspace(
    channels === 1 ? 'grey16' : 'rgb16',
  );
  return (format === 'png' ? image.png() : image.tiff({ compression: 'lzw' })).toBuffer();
}

/** A TIFF of several grey pages of 16 bits, not compressed, little endian: one strip a page (TIFF 6.0, section 8). */
export function pagesTiff(
  pages: readonly Uint16Array[],
  { width, height }: { width: number; height: number },
): Buffer {
  const parts = [Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0])];
  let at = 8;
  for (const [index, page] of pages.entries()) {
    const tags = [
      [256, width],
      [257, height],
      [258, 16],
      [259, 1],
      [262, 1],
      [273, 0],
      [277, 1],
      [278, height],
      [279, page.byteLength],
    ] as const;
    const directory = Buffer.alloc(2 + tags.length * 12 + 4);
    const strip = at + directory.length;
    const end = strip + page.byteLength;
    directory.writeUInt16LE(tags.length, 0);
    for (const [row, [tag, value]] of tags.entries()) {
      // Type 4: one 32 bit number, which lies in the entry itself.
      directory.writeUInt16LE(tag, 2 + row * 12);
      directory.writeUInt16LE(4, 4 + row * 12);
      directory.writeUInt32LE(1, 6 + row * 12);
      directory.writeUInt32LE(tag === 273 ? strip : value, 10 + row * 12);
    }
    directory.writeUInt32LE(index + 1 < pages.length ? end : 0, directory.length - 4);
    const samples = Buffer.alloc(page.byteLength);
    page.forEach((value, sample) => samples.writeUInt16LE(value, sample * 2));
    parts.push(directory, samples);
    at = end;
  }
  return Buffer.concat(parts);
}
