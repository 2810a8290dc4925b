import { readFileSync, readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';

export const KINDS = ['dicom', 'nifti', 'metaimage', 'tiff', 'bmp', 'png', 'jpeg', 'webp'] as const;
export type Kind = (typeof KINDS)[number];

/** A good file that hostile ones are made from. */
export interface Seed {
  readonly name: string;
  readonly kind: Kind;
  readonly bytes: Buffer;
}

export interface Seeds {
  readonly byKind: ReadonlyMap<Kind, readonly Seed[]>;
  /** Files that others name for their voxels. */
  readonly beside: readonly { readonly name: string; readonly bytes: Buffer }[];
}

const FIXTURES = join(import.meta.dirname, '../fixtures');
/** Of larger files, nearly every change would meet pixels alone. */
const MOST_BYTES = 300_000;

const EXTENSIONS: ReadonlyMap<string, Kind> = new Map([
  ['.dcm', 'dicom'],
  ['.nii', 'nifti'],
  ['.gz', 'nifti'],
  ['.hdr', 'nifti'],
  ['.mha', 'metaimage'],
  ['.mhd', 'metaimage'],
  ['.tif', 'tiff'],
  ['.tiff', 'tiff'],
  ['.bmp', 'bmp'],
  ['.png', 'png'],
  ['.jpg', 'jpeg'],
  ['.webp', 'webp'],
]);
const BESIDE = new Set(['.raw', '.img']);

/** @param folders with more files, DICOM files among them under any name; the fixtures of the tests are always taken */
export function readSeeds(folders: readonly string[]): Seeds {
  const byKind = new Map<Kind, Seed[]>(KINDS.map((kind) => [kind, []]));
  const beside: { name: string; bytes: Buffer }[] = [];
  for (const path of [FIXTURES, ...folders].flatMap(filesIn)) {
    const bytes = readFileSync(path);
    if (bytes.length === 0 || bytes.length > MOST_BYTES) continue;
    const name = basename(path);
    const kind =
      EXTENSIONS.get(extname(name)) ?? (bytes.toString('latin1', 128, 132) === 'DICM' ? 'dicom' : null);
    if (kind !== null) byKind.get(kind)?.push({ name, kind, bytes });
    else if (BESIDE.has(extname(name))) beside.push({ name, bytes });
  }
  return { byKind, beside };
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
