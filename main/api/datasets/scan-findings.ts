import { createHmac } from 'node:crypto';
import { READERS_VERSION, type ReadableEntry, type ScanEntry } from '../../ingest/scan-entry.ts';
import { patientOfVolume } from '../../ingest/volume/patient-of-volume.ts';
import type { FileFinding } from '../../store/file-records.ts';

/**
 * What a scan's entry leaves in the database: a record for each image. Patients, studies and series are kept as salted hashes
 * alone, which tell them apart without naming them.
 */
export function findingsOf(
  entry: ScanEntry,
  { salt, labelsFromSubfolders }: { readonly salt: Buffer; readonly labelsFromSubfolders: boolean },
): FileFinding[] {
  if (entry.status !== 'readable') return [{ ...entry, readers: READERS_VERSION }];
  const { images, notes, acquisition, ...file } = entry;
  const key = (identifier: string | null) =>
    identifier === null ? null : createHmac('sha256', salt).update(identifier).digest('hex');
  const frames = 1 + Math.max(...images.map(({ part }) => part.frame));
  const common = {
    ...file,
    readers: READERS_VERSION,
    label: labelsFromSubfolders ? firstFolder(file.relativePath) : null,
    frames,
    notes: notes.length === 0 ? null : [...notes],
    modality: acquisition?.modality ?? null,
    sequence: acquisition?.sequence?.name ?? null,
    sequenceFrom: acquisition?.sequence?.from ?? null,
    seriesDescription: acquisition?.seriesDescription ?? null,
    patientKey: key(patientOf(entry)),
    studyKey: key(acquisition?.studyUid ?? null),
    seriesKey: key(acquisition?.seriesUid ?? null),
    burnedIn: acquisition?.burnedIn ?? null,
  };
  return images.map(({ part, ...image }) => ({ ...common, ...part, ...image }));
}

function patientOf({ format, relativePath, acquisition }: ReadableEntry): string | null {
  const isVolume = format === 'nifti' || format === 'metaimage';
  return acquisition?.patientId ?? (isVolume ? patientOfVolume(relativePath) : null);
}

function firstFolder(relativePath: string): string | null {
  const end = relativePath.indexOf('/');
  return end < 0 ? null : relativePath.slice(0, end);
}
