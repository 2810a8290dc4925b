/** What a model has seen: recorded when it is fitted, and what new images are held against. */
import { z } from 'zod';
import type { ImageKind } from '../../store/file-records.ts';
import { FAMILIES, familyOf } from './image-family.ts';

const side = z.int().positive();
const range = z.strictObject({ smallest: side, largest: side });
/** More kinds of images than people would tell apart are no longer a kind. */
const MOST = 64;
const LONGEST_MODALITY = 16;

/** Lists name the most common first. */
export const InputProfile = z.strictObject({
  /** "CT", "MR", …; null where files do not say. */
  modalities: z.array(z.string().max(LONGEST_MODALITY).nullable()).min(1).max(MOST),
  families: z.array(z.enum(FAMILIES)).min(1).max(FAMILIES.length),
  values: z
    .array(
      z.strictObject({
        bits: side.max(64),
        /** Null where a scan did not ask yet. */
        samples: z.enum(['unsigned', 'signed', 'float']).nullable(),
        /** Whether the file says how to show it. */
        windowed: z.boolean().nullable(),
      }),
    )
    .min(1)
    .max(MOST),
  channels: z.array(z.int().positive()).min(1).max(MOST),
  width: range,
  height: range,
  /** Of MR, as far as they were recognised. */
  sequences: z.array(z.enum(['FLAIR', 'T1', 'T1 with contrast', 'T2'])).max(MOST),
});
export type InputProfile = z.infer<typeof InputProfile>;

/** What one image is like. */
export type ImageTraits = Omit<ImageKind, 'count'>;

/** @param images at least one */
export function profileOf(images: readonly (ImageTraits & { readonly count?: number })[]): InputProfile {
  const common = <T>(traitOf: (image: ImageTraits) => T) => mostCommon(images, traitOf);
  return {
    modalities: common(({ modality }) => modalityName(modality)),
    families: common(({ format }) => familyOf(format)),
    values: common(valuesOf),
    channels: common(({ channels }) => channels),
    width: rangeOf(images.map(({ width }) => width)),
    height: rangeOf(images.map(({ height }) => height)),
    sequences: common(({ sequence }) => sequence).filter((sequence) => sequence !== null),
  };
}

/** As profiles keep it: files may hold anything there. */
export function modalityName(modality: string | null): string | null {
  return modality === null ? null : modality.slice(0, LONGEST_MODALITY);
}

export function valuesOf({ bitDepth, samples, windowed }: ImageTraits): InputProfile['values'][number] {
  return { bits: bitDepth, samples, windowed };
}

function mostCommon<T>(
  images: readonly (ImageTraits & { readonly count?: number })[],
  traitOf: (image: ImageTraits) => T,
): T[] {
  const found = new Map<string, { trait: T; images: number }>();
  for (const image of images) {
    const trait = traitOf(image);
    const key = JSON.stringify(trait);
    const known = found.get(key) ?? { trait, images: 0 };
    known.images += image.count ?? 1;
    found.set(key, known);
  }
  return [...found.values()]
    .sort((a, b) => b.images - a.images)
    .slice(0, MOST)
    .map(({ trait }) => trait);
}

function rangeOf(sides: readonly number[]): { smallest: number; largest: number } {
  let smallest = Infinity;
  let largest = 0;
  for (const each of sides) {
    smallest = Math.min(smallest, each);
    largest = Math.max(largest, each);
  }
  return { smallest, largest };
}
