/** The benchmark's images in memory: lossless 32×32 files as they are, and crops of larger photographs. */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { openFile } from '../../main/ingest/open-file.ts';
import { prepare } from '../../main/ingest/preparation.ts';
import { ONLY_PART } from '../../main/ingest/stored-image.ts';
import type { ImageShape, ImageSource } from '../../models/images.ts';
import { RandomStream } from '../../models/random.ts';

export const SHAPE: ImageShape = { channels: 3, height: 32, width: 32 };

/** Planar `[C, H, W]`, 8 bit. */
export type Pixels = Uint8Array;

/** All images below a folder, in path order. */
export async function folderImages(folder: string): Promise<Pixels[]> {
  const images: Pixels[] = [];
  for (const path of await imagePaths(folder)) images.push(await preparedImage(path, SHAPE));
  return images;
}

/** An image as a detector takes it, brought to a shape. */
export async function preparedImage(path: string, shape: ImageShape): Promise<Pixels> {
  const inputs = await prepare(await openFile(path), ONLY_PART, { ...shape, fit: 'resize' });
  return (await inputs.at(0)).pixels;
}

async function imagePaths(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(png|jpe?g)$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** At this shrinking factor and above, JPEG's 8×8 blocks leave no trace in the result. */
const LEAST_SHRINKING = 3;

/**
 * Square crops of random size and place, shrunk to 32×32: natural images of varying smoothness. Photographs too small to
 * be shrunk enough give none.
 * @param kernel `linear` leaves as much fine detail as CIFAR-10 has, `lanczos3` twice as much
 */
export async function shrunkCrops(
  folder: string,
  perImage: number,
  seed: number,
  kernel: 'lanczos3' | 'linear' = 'lanczos3',
): Promise<Pixels[]> {
  const crops: Pixels[] = [];
  const random = new RandomStream(seed, 'crops');
  const { height, width } = SHAPE;
  for (const path of await imagePaths(folder)) {
    const { data, info } = await sharp(path)
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const most = Math.min(info.width, info.height);
    const least = LEAST_SHRINKING * height;
    if (most < least) continue;
    for (let crop = 0; crop < perImage; crop++) {
      const side = least + random.integer(most - least + 1);
      const left = random.integer(info.width - side + 1);
      const top = random.integer(info.height - side + 1);
      const small = await sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
        .extract({ left, top, width: side, height: side })
        .resize(width, height, { kernel })
        .raw()
        .toBuffer();
      crops.push(planar(small));
    }
  }
  return crops;
}

/** {@link softened} leaves at least one of so many pixels a side. */
const LEAST_DETAIL = 4;

/**
 * Copies of less detail, as a poor camera or a thumbnail enlarged gives them: shrunk to between a quarter and all of their pixels a
 * side, any factor being as likely, and enlarged again.
 */
export async function softened(images: readonly Pixels[], seed: number): Promise<Pixels[]> {
  const random = new RandomStream(seed, 'detail');
  const { height, width } = SHAPE;
  const softer: Pixels[] = [];
  for (const image of images) {
    const factor = LEAST_DETAIL ** -random.uniform();
    const [rows, columns] = [Math.round(height * factor), Math.round(width * factor)];
    const small = await resized(asInterleaved(image), [height, width], [rows, columns], 'lanczos3');
    softer.push(planar(await resized(small, [rows, columns], [height, width], 'cubic')));
  }
  return softer;
}

function resized(
  pixels: Uint8Array,
  [height, width]: readonly [number, number],
  [rows, columns]: readonly [number, number],
  kernel: 'lanczos3' | 'cubic',
): Promise<Uint8Array> {
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize(columns, rows, { kernel })
    .raw()
    .toBuffer();
}

function asInterleaved(image: Pixels): Uint8Array {
  const { channels, height, width } = SHAPE;
  const size = height * width;
  return Uint8Array.from(image, (_, at) => image[(at % channels) * size + Math.floor(at / channels)] ?? 0);
}

function planar(interleaved: Uint8Array): Pixels {
  const { channels, height, width } = SHAPE;
  const size = height * width;
  const pixels = new Uint8Array(channels * size);
  for (let index = 0; index < size; index++) {
    for (let channel = 0; channel < channels; channel++) {
      pixels[channel * size + index] = interleaved[index * channels + channel] ?? 0;
    }
  }
  return pixels;
}

/** Without images whose content is among `others` or came before. */
export function distinct(images: readonly Pixels[], others: readonly Pixels[] = []): Pixels[] {
  const key = (image: Pixels) => createHash('sha256').update(image).digest('base64');
  const seen = new Set(others.map(key));
  return images.filter((image) => {
    const own = key(image);
    if (seen.has(own)) return false;
    seen.add(own);
    return true;
  });
}

export function shuffled<T>(items: readonly T[], seed: number, purpose: string): T[] {
  const order = new RandomStream(seed, purpose).permutation(items.length);
  return Array.from(order, (index) => items[index]).filter((item) => item !== undefined);
}

export function memorySource(images: readonly Pixels[], shape: ImageShape = SHAPE): ImageSource {
  return {
    shape,
    count: images.length,
    read: (indices) => Promise.resolve(indices.map((index) => images[index] ?? new Uint8Array())),
  };
}

/** A colour image as a grey one, Rec. 601 luma. */
export function greyOf(colour: Pixels): Pixels {
  const area = colour.length / 3;
  return Uint8Array.from({ length: area }, (_, at) => {
    const [r = 0, g = 0, b = 0] = [colour[at], colour[area + at], colour[2 * area + at]];
    return Math.round(0.299 * r + 0.587 * g + 0.114 * b);
  });
}
