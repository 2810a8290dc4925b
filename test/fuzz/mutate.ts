import { gunzipSync, gzipSync } from 'node:zlib';
import type { Chance } from './chance.ts';
import { mutateBytes } from './mutate-bytes.ts';
import type { Mutation } from './mutate-bytes.ts';
import { mutateDicom } from './mutate-dicom.ts';
import { mutateBmp, mutateJpeg, mutatePng, mutateWebp } from './mutate-raster.ts';
import { mutateTiff } from './mutate-tiff.ts';
import { mutateMetaImage, mutateNifti } from './mutate-volume.ts';
import type { Kind, Seed } from './seeds.ts';

/** Makes one hostile file out of a good one, by one to four changes; most of them know the format. */
export function mutate(seed: Seed, other: Seed, chance: Chance): Buffer {
  // What is packed as a whole is mostly changed inside: outside, nearly everything ends at the checksum.
  const packed = seed.name.endsWith('.gz') && chance.happens(0.8);
  let bytes = packed ? gunzipSync(seed.bytes) : seed.bytes;
  const structured = structureOf(seed.kind);
  for (let left = chance.pick([1, 1, 1, 2, 2, 3, 4]); left > 0; left--) {
    const mutation = chance.happens(0.6) ? structured : mutateBytes;
    bytes = attempted(mutation, bytes, chance, other.bytes);
  }
  return packed ? gzipSync(bytes, { level: 1 }) : bytes;
}

/** What earlier changes left behind may have no structure any more that could be changed. */
function attempted(mutation: Mutation, bytes: Buffer, chance: Chance, other: Buffer): Buffer {
  try {
    return mutation(bytes, chance, other);
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    return mutateBytes(bytes, chance, other);
  }
}

function structureOf(kind: Kind): Mutation {
  switch (kind) {
    case 'dicom':
      return mutateDicom;
    case 'nifti':
      return mutateNifti;
    case 'metaimage':
      return mutateMetaImage;
    case 'tiff':
      return mutateTiff;
    case 'bmp':
      return mutateBmp;
    case 'png':
      return mutatePng;
    case 'jpeg':
      return mutateJpeg;
    case 'webp':
      return mutateWebp;
  }
}
