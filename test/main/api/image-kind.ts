import type { ImageKind } from '../../../main/store/file-records.ts';

/** A common picture, but for what is said. */
export function imageKind(traits: Partial<ImageKind> = {}): ImageKind {
  return {
    format: 'png',
    width: 256,
    height: 256,
    channels: 1,
    bitDepth: 8,
    samples: 'unsigned',
    windowed: false,
    modality: null,
    sequence: null,
    count: 1,
    ...traits,
  };
}
