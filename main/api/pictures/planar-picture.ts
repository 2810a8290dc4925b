import { sharp } from '../../ingest/sharp.ts';

/** An 8-bit image as a detector takes it, ready to be written in a format for pictures. @param planar [channels, height, width] */
export function planarPicture(
  planar: Uint8Array,
  { width, height, channels }: { readonly width: number; readonly height: number; readonly channels: 1 | 3 },
) {
  return sharp(interleaved(planar, channels), { raw: { width, height, channels } });
}

function interleaved(planar: Uint8Array, channels: 1 | 3): Uint8Array {
  if (channels === 1) return planar;
  const size = planar.length / channels;
  return Uint8Array.from(
    planar,
    (_, index) => planar[(index % channels) * size + Math.floor(index / channels)] ?? 0,
  );
}
