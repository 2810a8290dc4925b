/** What a model has seen, in words. */
import type { Family } from './image-family.ts';
import type { InputProfile } from './input-profile.ts';

/** "MR (FLAIR); DICOM files; 12 bits; grey; 256x256 to 512x512 pixels" */
export function profileText({
  modalities,
  sequences,
  families,
  values,
  channels,
  ...size
}: InputProfile): string {
  const recognised = sequences.length === 0 ? '' : ` (${sequences.join(', ')})`;
  const named = modalities.filter((modality) => modality !== null);
  return [
    named.length === 0 ? 'modality not stated' : `${named.join(', ')}${recognised}`,
    families.map(familyText).join(' and '),
    [...new Set(values.map(bitsText))].join(', '),
    channels.map(coloursText).join(' and '),
    sizeText(size),
  ].join('; ');
}

/** "12 bits", "16 signed bits", "floats" */
export function bitsText({
  bits,
  samples,
}: Pick<InputProfile['values'][number], 'bits' | 'samples'>): string {
  if (samples === 'float') return 'floats';
  return `${bits} ${samples === 'signed' ? 'signed bits' : bits === 1 ? 'bit' : 'bits'}`;
}

export function coloursText(channels: number): string {
  return channels === 1 ? 'grey' : 'colour';
}

export function familyText(family: Family): string {
  switch (family) {
    case 'DICOM':
      return 'DICOM files';
    case 'volume':
      return 'volumes';
    case 'picture':
      return 'picture files';
  }
}

export function sizeText({ width, height }: Pick<InputProfile, 'width' | 'height'>): string {
  const smallest = `${width.smallest}x${height.smallest}`;
  const largest = `${width.largest}x${height.largest}`;
  return smallest === largest ? `${smallest} pixels` : `${smallest} to ${largest} pixels`;
}
