/** Where images differ from those that a model was fitted on. Pure: from records alone, no pixel is read. */
import { AS_THE_FILE_SAYS } from '../../ingest/intensity-settings.ts';
import type { Preparation } from '../../ingest/preparation-settings.ts';
import { type Family, familyOf } from './image-family.ts';
import { type ImageTraits, type InputProfile, modalityName, valuesOf } from './input-profile.ts';

type Values = InputProfile['values'][number];

export type Difference =
  | { readonly kind: 'modality'; readonly modality: string | null }
  | { readonly kind: 'colours'; readonly channels: number }
  /** 8 bits and more are always different; beyond that, only where the file's own range is what is seen. */
  | { readonly kind: 'values'; readonly values: Values }
  | { readonly kind: 'window'; readonly windowed: boolean }
  /** Of a side, beyond the largest or the smallest that was fitted on; above {@link FAR}. */
  | { readonly kind: 'larger' | 'smaller'; readonly factor: number }
  /** Statistics over a file mean another thing where a file is one slice of many, or all of them. */
  | { readonly kind: 'statistics'; readonly family: Family }
  | { readonly kind: 'sequence'; readonly sequence: string }
  | { readonly kind: 'family'; readonly family: Family };

/** Twice the size of all that was seen, or half: structures look another way then. */
export const FAR = 2;

/** A guess, or no difference that must show, stops nobody. */
export function isWarning({ kind }: Difference): boolean {
  return kind === 'sequence' || kind === 'family';
}

/** All differences of one image, the weightiest first. */
export function differencesOf(
  profile: InputProfile,
  preparation: Preparation,
  image: ImageTraits,
): Difference[] {
  return [
    ...modalityDifference(profile, image),
    ...valueDifference(profile, preparation, image),
    ...(profile.channels.includes(image.channels)
      ? []
      : [{ kind: 'colours', channels: image.channels } as const]),
    ...sizeDifference(profile, preparation, image),
    ...familyDifference(profile, preparation, image),
    ...sequenceDifference(profile, image),
  ];
}

function modalityDifference({ modalities }: InputProfile, image: ImageTraits): Difference[] {
  const modality = modalityName(image.modality);
  return modalities.includes(modality) ? [] : [{ kind: 'modality', modality }];
}

function valueDifference(profile: InputProfile, preparation: Preparation, image: ImageTraits): Difference[] {
  const values = valuesOf(image);
  const alike = profile.values.filter((seen) => isByte(seen) === isByte(values));
  if (alike.length === 0) return [{ kind: 'values', values }];
  const { kind } = preparation.intensity ?? AS_THE_FILE_SAYS;
  // What takes its range from a window of its own or from the values sees the same whatever the type.
  if (kind !== 'file') return [];
  const shown = alike.filter(({ windowed }) => canEqual(windowed, values.windowed));
  if (shown.length === 0 && values.windowed !== null) return [{ kind: 'window', windowed: values.windowed }];
  if (values.windowed === true) return [];
  const same = shown.some(({ bits, samples }) => bits === values.bits && canEqual(samples, values.samples));
  return same ? [] : [{ kind: 'values', values }];
}

/** 8 bits have lost what deeper images still have, whatever is done to either. */
function isByte({ bits, samples }: Values): boolean {
  return bits <= 8 && samples !== 'float';
}

/** What a scan did not ask yet is not held against an image. */
function canEqual<T>(a: T | null, b: T | null): boolean {
  return a === null || b === null || a === b;
}

function sizeDifference(
  profile: InputProfile,
  { fit }: Preparation,
  { width, height }: ImageTraits,
): Difference[] {
  const larger = Math.max(width / profile.width.largest, height / profile.height.largest);
  const smaller = Math.max(profile.width.smallest / width, profile.height.smallest / height);
  if (smaller > FAR) return [{ kind: 'smaller', factor: smaller }];
  // Tiles show a large image at its own scale, as they show a small one.
  return larger > FAR && fit !== 'tile' ? [{ kind: 'larger', factor: larger }] : [];
}

function familyDifference(
  { families }: InputProfile,
  { intensity = AS_THE_FILE_SAYS }: Preparation,
  { format }: ImageTraits,
): Difference[] {
  const family = familyOf(format);
  if (families.includes(family)) return [];
  const overFile = 'over' in intensity && intensity.over === 'file';
  return [{ kind: overFile ? 'statistics' : 'family', family }];
}

function sequenceDifference({ sequences }: InputProfile, { sequence }: ImageTraits): Difference[] {
  const isKnown = sequences.length === 0 || sequence === null || sequences.includes(sequence);
  return isKnown ? [] : [{ kind: 'sequence', sequence }];
}
