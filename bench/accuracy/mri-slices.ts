/** Slices of the four usual MRI sequences of each patient, from whatever files hold them. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { OpenFiles } from '../../main/ingest/open-files.ts';
import { prepare } from '../../main/ingest/preparation.ts';
import type { Preparation } from '../../main/ingest/preparation-settings.ts';
import { scanFolder } from '../../main/ingest/scan.ts';
import type { ReadableEntry } from '../../main/ingest/scan-entry.ts';
import { MR_SEQUENCES, type MrSequence } from '../../main/ingest/stored-image.ts';
import type { ImageShape } from '../../models/images.ts';
import type { Pixels } from './image-pools.ts';

export const MRI_SHAPE: ImageShape = { channels: 1, height: 32, width: 32 };

/** One scale for all slices of a file: clipped at percentiles of the head, as scanners give no units to MRI. */
export const MRI_PREPARATION: Preparation = {
  fit: 'pad',
  ...MRI_SHAPE,
  channels: 1,
  intensity: { kind: 'percentile', low: 0.5, high: 99.5, over: 'file' },
};

export interface Patient {
  readonly name: string;
  readonly slices: ReadonlyMap<MrSequence, readonly Pixels[]>;
  /** Kinds of files that they came from. */
  readonly formats: readonly string[];
}

/**
 * Patients with at least two of the sequences, by name. A volume's patient is the folder that holds it.
 * @param folders each scanned with its subfolders
 */
export async function mriPatients(folders: readonly string[]): Promise<Patient[]> {
  const found = new Map<string, { slices: Map<MrSequence, Pixels[]>; formats: Set<string> }>();
  for (const folder of folders) {
    for await (const entry of scanFolder(folder, { plane: 'axial' })) {
      if (entry.status !== 'readable') continue;
      const sequence = entry.acquisition?.sequence?.name;
      if (sequence === undefined) continue;
      const name = patientOf(entry);
      const patient = found.get(name) ?? {
        slices: new Map<MrSequence, Pixels[]>(),
        formats: new Set<string>(),
      };
      found.set(name, patient);
      patient.formats.add(entry.format);
      const slices = patient.slices.get(sequence) ?? [];
      patient.slices.set(sequence, [...slices, ...(await slicesOf(folder, entry))]);
    }
  }
  return [...found]
    .map(([name, { slices, formats }]) => ({ name, slices, formats: [...formats].sort() }))
    .filter(({ slices }) => slices.size > 1)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function fingerprintOf(patients: readonly Patient[]): string {
  const digest = createHash('sha256');
  for (const { name, slices } of patients) {
    digest.update(name);
    for (const sequence of MR_SEQUENCES) for (const slice of slices.get(sequence) ?? []) digest.update(slice);
  }
  return digest.digest('hex');
}

function patientOf({ acquisition, relativePath }: ReadableEntry): string {
  const id = acquisition?.patientId ?? null;
  return id === null
    ? relativePath.slice(0, Math.max(0, relativePath.lastIndexOf('/')))
    : createHash('sha256').update(id).digest('hex').slice(0, 8);
}

async function slicesOf(folder: string, { relativePath, images }: ReadableEntry): Promise<Pixels[]> {
  const file = await new OpenFiles().of(join(folder, relativePath), 'axial');
  const slices: Pixels[] = [];
  for (const { part } of images) {
    const inputs = await prepare(file, part, MRI_PREPARATION);
    slices.push((await inputs.at(0)).pixels);
  }
  return slices;
}
