import type { Acquisition } from '../stored-image.ts';
import type { Attributes } from './attributes.ts';
import { characterSet } from './character-set.ts';
import { readMrParameters } from './mr-parameters.ts';
import { recogniseSequence } from './recognise-sequence.ts';

/** @param groups functional groups of the first frame */
export function readAcquisition(attributes: Attributes, groups: readonly Attributes[]): Acquisition {
  const decoder = characterSet(attributes.text('x00080005'));
  const text = (tag: string): string | null => attributes.decodedText(tag, decoder);
  const modality = text('x00080060')?.toUpperCase() ?? null;
  const burnedIn = attributes.text('x00280301')?.toUpperCase();
  return {
    patientId: text('x00100020'),
    studyUid: text('x0020000d'),
    seriesUid: text('x0020000e'),
    modality,
    seriesDescription: text('x0008103e'),
    sequence: modality === 'MR' ? recogniseSequence(readMrParameters(attributes, groups)) : null,
    burnedIn: burnedIn === 'YES' ? true : burnedIn === 'NO' ? false : null,
  };
}
