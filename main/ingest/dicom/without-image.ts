import { IngestError } from '../errors.ts';
import { excerpt } from '../printable.ts';
import { corrupt, unsupported } from '../problems.ts';
import type { FileStructure } from './file-structure.ts';
import { asIngestError } from './structure-problem.ts';

/** What objects without an image are, by the beginning of their SOP class UID (PS3.6 table A-1); longer beginnings first. */
const KINDS: readonly (readonly [string, string])[] = [
  ['1.2.840.10008.1.3.10', 'an index of files (DICOMDIR)'],
  ['1.2.840.10008.5.1.4.1.1.9', 'a recording of curves (an ECG, a pulse, a sound)'],
  ['1.2.840.10008.5.1.4.1.1.11', 'a way of showing other images (a presentation state)'],
  ['1.2.840.10008.5.1.4.1.1.66.1', 'a spatial registration'],
  ['1.2.840.10008.5.1.4.1.1.66.3', 'a spatial registration'],
  ['1.2.840.10008.5.1.4.1.1.66.2', 'a set of points in space'],
  ['1.2.840.10008.5.1.4.1.1.66.5', 'a segmentation by surfaces'],
  ['1.2.840.10008.5.1.4.1.1.66.6', 'a set of tracks'],
  ['1.2.840.10008.5.1.4.1.1.66', 'raw data of a scanner'],
  ['1.2.840.10008.5.1.4.1.1.67', 'a mapping to values of the real world'],
  ['1.2.840.10008.5.1.4.1.1.68', 'a scan of a surface'],
  ['1.2.840.10008.5.1.4.1.1.78', 'measurements of an eye'],
  ['1.2.840.10008.5.1.4.1.1.79', 'a report'],
  ['1.2.840.10008.5.1.4.1.1.80', 'a map of an eye'],
  ['1.2.840.10008.5.1.4.1.1.88', 'a report'],
  ['1.2.840.10008.5.1.4.1.1.104.1', 'a PDF document'],
  ['1.2.840.10008.5.1.4.1.1.104', 'a document'],
  ['1.2.840.10008.5.1.4.1.1.200', 'a protocol'],
  ['1.2.840.10008.5.1.4.1.1.481.2', ''],
  ['1.2.840.10008.5.1.4.1.1.481.1', ''],
  ['1.2.840.10008.5.1.4.1.1.481', 'a plan or a record of radiotherapy'],
  ['1.2.840.10008.5.1.4.34', 'a plan or a record of radiotherapy'],
  ['1.2.840.10008.5.1.4.39', 'a colour palette'],
  ['1.2.840.10008.5.1.4.38', 'a protocol for hanging images'],
  ['1.2.840.10008.5.1.4.43', 'a template of an implant'],
  ['1.2.840.10008.5.1.4.44', 'a template of an implant'],
  ['1.2.840.10008.5.1.4.45', 'a template of an implant'],
  ['1.2.840.10008.5.1.4.1.1.131', 'a basic structured display'],
  ['1.2.840.10008.5.1.4.1.1.4.2', 'spectra'],
  ['1.2.840.10008.5.1.4.1.1.6.3', 'spectra'],
];

const STORED_OBJECTS = '1.2.840.10008.5.1.4.1.1.';

/** Why a file whose pixels were not found gives no image. */
export function withoutImage(structure: FileStructure, path: string): IngestError {
  const { sopClass, problem, attributes } = structure;
  const kind = KINDS.find(([uid]) => sopClass === uid || sopClass?.startsWith(`${uid}.`) === true)?.[1] ?? '';
  if (kind !== '') {
    return new IngestError(
      'not-an-image',
      path,
      `"${path}" is no image but ${kind} in DICOM; nothing needs to be done.`,
    );
  }
  if (problem) return asIngestError(problem, path);
  if (attributes.elements.size === 0) return corrupt(path, 'its DICOM header holds no attributes');
  if (attributes.has('x00287fe0')) {
    return unsupported(path, 'is a DICOM file whose pixels are on a server');
  }
  // Of the classes of stored objects, those above are without pixels; files cut off between two attributes look whole.
  if (sopClass?.startsWith(STORED_OBJECTS) === true || attributes.has('x00280010')) {
    return corrupt(path, 'its DICOM header says it is an image, but it holds no pixels');
  }
  const modality = attributes.text('x00080060');
  const said = modality === null ? '' : `, though its modality is ${excerpt(modality)}`;
  return new IngestError(
    'not-an-image',
    path,
    `"${path}" is a DICOM object without pixels${said}; nothing needs to be done.`,
  );
}
