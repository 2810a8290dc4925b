/** How fast compressed DICOM files are opened, decoded and normalised, beside the codec alone. */
import { readFile, readdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join, relative } from 'node:path';
import { foregroundOf } from '../main/ingest/foreground.ts';
import { toModelInput } from '../main/ingest/intensity.ts';
import { IngestError } from '../main/ingest/errors.ts';
import type { StoredImage } from '../main/ingest/stored-image.ts';
import { measureDicomDecoding } from './decode/measure-file.ts';
import type { DecodeFigures, FileFigures } from './decode/record.ts';

export interface DecodeRequest {
  /** Holds DICOM files, also in its subfolders. */
  readonly data: string;
  readonly rounds: number;
  readonly report: (line: string) => void;
}

/** Of smaller frames, reading the header takes as long as decoding, and nobody waits for either. */
const LEAST_PIXELS = 256 * 256;

/** @throws Error where the folder holds no compressed DICOM file of that size */
export async function measureDecoding({ data, rounds, report }: DecodeRequest): Promise<DecodeFigures> {
  const entries = await readdir(data, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const files: FileFigures[] = [];
  for (const path of paths) {
    const measured = await measureFile(path, data, rounds);
    if (measured === null) continue;
    files.push(measured);
    report(`${measured.file}: ${(measured.share * 100).toFixed(0)} % of ${measured.codec} alone`);
  }
  if (files.length === 0)
    throw new Error(`"${data}" holds no compressed DICOM file of 256 x 256 pixels or more`);
  return {
    date: new Date().toISOString(),
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    rounds,
    files,
  };
}

/** Null for a file that is not compressed, too small, or no DICOM image. */
async function measureFile(path: string, data: string, rounds: number): Promise<FileFigures | null> {
  const bytes = await readFile(path);
  try {
    const measured = await measureDicomDecoding(bytes, path, rounds, normalise);
    if (measured === null || measured.width * measured.height < LEAST_PIXELS) return null;
    const { width, height, codec, coding, whole } = measured;
    return {
      file: relative(data, path),
      codec: coding,
      size: `${width} × ${height}`,
      codecMs: codec,
      wholeMs: whole,
      share: codec / whole,
    };
  } catch (error) {
    if (error instanceof IngestError) return null;
    throw error;
  }
}

function normalise(image: StoredImage): Promise<unknown> {
  return toModelInput(image, { kind: 'file' }, () => foregroundOf(() => [image], image.values.length));
}
