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
