/** Magnetic tiles (Huang et al. 2018) with the masks of their defects. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageShape } from '../../models/images.ts';
import { type Pixels, preparedImage } from './image-pools.ts';

export const TILE_SHAPE: ImageShape = { channels: 1, height: 256, width: 256 };

export interface TileImage {
  /** "Blowhole", …; null where it is free of defects. */
  readonly defect: string | null;
  /** Which tile it shows: each was photographed in up to six lights. */
  readonly tile: number;
  readonly pixels: Pixels;
  /** At the same size: 1 where the defect is. */
  readonly mask: Uint8Array;
}

export interface Tiles {
  readonly images: readonly TileImage[];
  readonly fingerprint: string;
}

const FREE = 'MT_Free';
/**
 * Images are numbered over all tiles, one light after the other: those of one tile lie at most so far apart, those of different
 * ones mostly farther. Tiles that lie closer are taken for one, which only keeps more together.
 */
const SAME_TILE = 150;

export async function tileImages(folder: string): Promise<Tiles> {
  const found: { path: string; kind: string; number: number }[] = [];
  for (const kind of (await readdir(folder)).sort()) {
    for (const name of (await readdir(join(folder, kind))).sort()) {
      const number = /num_(\d+)\.jpg$/.exec(name)?.[1];
      if (number !== undefined) found.push({ path: join(folder, kind, name), kind, number: Number(number) });
    }
  }
  found.sort((one, other) => one.number - other.number);
  const digest = createHash('sha256');
  const images: TileImage[] = [];
  let tile = 0;
  for (const [index, { path, kind, number }] of found.entries()) {
    if (index > 0 && number - (found[index - 1]?.number ?? 0) > SAME_TILE) tile += 1;
    const pixels = await preparedImage(path, TILE_SHAPE);
    const mask = await maskOf(path.replace(/\.jpg$/, '.png'));
    digest.update(pixels).update(mask);
    images.push({ defect: kind === FREE ? null : kind.replace('MT_', ''), tile, pixels, mask });
  }
  return { images, fingerprint: digest.digest('hex') };
}

async function maskOf(path: string): Promise<Uint8Array> {
  if (!existsSync(path)) return new Uint8Array(TILE_SHAPE.height * TILE_SHAPE.width);
  return (await preparedImage(path, TILE_SHAPE)).map((value) => (value > 127 ? 1 : 0));
}
