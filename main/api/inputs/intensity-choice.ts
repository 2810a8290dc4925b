/** Which intensity suits images, where nobody chooses. */
import { SOFT_TISSUE } from '../../../preload/contract.ts';
import { AS_THE_FILE_SAYS, type Intensity } from '../../ingest/intensity-settings.ts';
import type { ImageKind } from '../../store/file-records.ts';
import { familyOf } from './image-family.ts';

export interface IntensityChoice {
  readonly intensity: Intensity;
  /** A sentence for the user. */
  readonly why: string;
}

type Kind = Pick<ImageKind, 'format' | 'channels' | 'bitDepth' | 'samples' | 'windowed' | 'modality'>;

/** All but a few values of the foreground, so that one bright pixel does not darken the rest. */
const PERCENTILES = { kind: 'percentile', low: 0.5, high: 99.5 } as const;

const CT: IntensityChoice = {
  intensity: { kind: 'window', low: SOFT_TISSUE.low, high: SOFT_TISSUE.high },
  why: 'These are CT: a fixed window, here that of soft tissue, makes the same Hounsfield unit the same grey in every image.',
};
const SCANS: IntensityChoice = {
  intensity: { ...PERCENTILES, over: 'file' },
  why: 'The values of such scans have no unit and differ from scan to scan: each file is stretched between percentiles of its foreground.',
};
const UNSCALED: IntensityChoice = {
  intensity: { ...PERCENTILES, over: 'image' },
  why: 'These files do not say which of their values is black and which white: each image is stretched between percentiles of its foreground.',
};
const AS_SHOWN: IntensityChoice = {
  intensity: AS_THE_FILE_SAYS,
  why: 'These files say how bright each value is: they are taken as they ask to be shown.',
};
const MIXED: IntensityChoice = {
  intensity: { ...PERCENTILES, over: 'file' },
  why: 'These are images of several kinds: each file is stretched between percentiles of its foreground, whatever its values mean.',
};

/** What is meant for so large a share of the images is taken for all of them; of fewer, what suits every kind. */
const MOST = 0.9;

/** What most of the images call for. @param kinds at least one */
export function intensityFor(kinds: readonly (Kind & { readonly count: number })[]): IntensityChoice {
  const images = new Map<IntensityChoice, number>();
  let all = 0;
  for (const kind of kinds) {
    const suits = suited(kind);
    images.set(suits, (images.get(suits) ?? 0) + kind.count);
    all += kind.count;
  }
  const [found] = [...images].filter(([, count]) => count >= MOST * all);
  return found?.[0] ?? MIXED;
}

function suited({ format, channels, bitDepth, samples, windowed, modality }: Kind): IntensityChoice {
  const isPlain = bitDepth <= 8 && (samples === 'unsigned' || samples === null);
  if (channels === 3) return isPlain ? AS_SHOWN : UNSCALED;
  // A CT of 8 bits is a picture of one: its values are no Hounsfield units.
  if (modality === 'CT' && !isPlain) return CT;
  if (modality === 'MR') return SCANS;
  switch (familyOf(format)) {
    case 'volume':
      return isPlain ? AS_SHOWN : SCANS;
    case 'DICOM':
      return isPlain || windowed === true ? AS_SHOWN : UNSCALED;
    case 'picture':
      // Of signed values and floats nothing says what is white, and of 32 bits few files use all.
      return samples === 'signed' || samples === 'float' || bitDepth > 16 ? UNSCALED : AS_SHOWN;
  }
}
