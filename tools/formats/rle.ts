/**
 * A frame of RLE Lossless (PS3.5 annex G): for each sample and each of its bytes, the most significant first, one segment of
 * PackBits.
 * @param bytes interleaved little-endian samples
 */
export function encodeRle(bytes: Buffer, samples: number, bytesPerSample: number): Buffer {
  const pixelBytes = samples * bytesPerSample;
  const segments = Array.from({ length: pixelBytes }, (_, index) => {
    const sample = Math.floor(index / bytesPerSample);
    const first = sample * bytesPerSample + bytesPerSample - 1 - (index % bytesPerSample);
    return packBits(Buffer.from(bytes.filter((__, at) => at % pixelBytes === first)));
  });
  const header = Buffer.alloc(64);
  header.writeUInt32LE(segments.length, 0);
  let start = header.length;
  segments.forEach((segment, i) => {
    header.writeUInt32LE(start, 4 + i * 4);
    start += segment.length;
  });
  return Buffer.concat([header, ...segments]);
}

const MOST = 128;

/** Runs of three and more as such, all else as it is. */
function packBits(bytes: Buffer): Buffer {
  const packed: number[] = [];
  let literal: number[] = [];
  const flush = (): void => {
    if (literal.length > 0) packed.push(literal.length - 1, ...literal);
    literal = [];
  };
  for (let at = 0; at < bytes.length;) {
    const value = bytes[at] ?? 0;
    let run = 1;
    while (run < MOST && bytes[at + run] === value) run++;
    if (run >= 3) {
      flush();
      packed.push(257 - run, value);
      at += run;
    } else {
      literal.push(value);
      if (literal.length === MOST) flush();
      at++;
    }
  }
  flush();
  if (packed.length % 2 === 1) packed.push(0);
  return Buffer.from(packed);
}
