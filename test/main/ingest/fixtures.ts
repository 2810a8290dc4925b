import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { IngestError } from '../../../main/ingest/errors.ts';
import type { IngestErrorKind } from '../../../main/ingest/errors.ts';
import { AS_THE_FILE_SAYS } from '../../../main/ingest/intensity-settings.ts';
import { toModelInput } from '../../../main/ingest/intensity.ts';
import { openFile } from '../../../main/ingest/open-file.ts';
import type { Inputs, PreparedImage } from '../../../main/ingest/preparation.ts';
import type { StoredImage } from '../../../main/ingest/stored-image.ts';

export const FIXTURES = fileURLToPath(new URL('../../fixtures/ingest/', import.meta.url));

const Truth = z.record(
  z.string(),
  z
    .object({
      format: z.enum(['png', 'jpeg', 'tiff', 'bmp', 'webp', 'dicom']),
      width: z.int(),
      height: z.int(),
      channels: z.union([z.literal(1), z.literal(3)]),
      bitDepth: z.int(),
      sha256: z.string(),
      kind: z.enum([
        'Uint8Array',
        'Int8Array',
        'Uint16Array',
        'Int16Array',
        'Uint32Array',
        'Int32Array',
        'Float32Array',
      ]),
      /** As stored. */
      pixels: z.array(z.number()),
      /** In the 8 bits that the file asks to be shown in. */
      shown: z.array(z.int()),
    })
    .transform(({ sha256, kind, pixels, shown, format, ...shape }) => ({
      sha256,
      kind,
      pixels,
      shown,
      format,
      shape,
    })),
);

/** What make.py says each fixture stores; files that hold one image alone. */
export async function readTruth(): Promise<z.infer<typeof Truth>> {
  return Truth.parse(JSON.parse(await readFile(join(FIXTURES, 'truth.json'), 'utf8')));
}

/** The first image of a file. */
export async function readFirst(path: string): Promise<StoredImage> {
  const file = await openFile(path);
  const [first] = file.images;
  if (first === undefined) throw new Error(`"${path}" was opened without an image`);
  return file.read(first.part);
}

/** In 8 bits, as the file asks to be shown. */
export async function shown(image: StoredImage): Promise<Uint8Array> {
  const { pixels } = await toModelInput(image, AS_THE_FILE_SAYS, () =>
    Promise.reject(new Error('what the file says needs no statistics')),
  );
  return pixels;
}

/** All inputs that an image gives. */
export function allInputs(inputs: Inputs): Promise<PreparedImage[]> {
  return Promise.all(inputs.places.map((_, index) => inputs.at(index)));
}

/** Runs `use` with a new folder that is gone afterwards. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'flowscreen-ingest-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The IngestError that `promise` rejects with; anything else fails the test. */
export async function ingestErrorOf(promise: Promise<unknown>): Promise<IngestError> {
  const outcome = await promise.then(
    () => new Error('expected an IngestError, but it succeeded'),
    (thrown: unknown) => thrown,
  );
  if (outcome instanceof IngestError) return outcome;
  throw new Error('expected an IngestError', { cause: outcome });
}

export async function errorKindOf(promise: Promise<unknown>): Promise<IngestErrorKind> {
  return (await ingestErrorOf(promise)).kind;
}

export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}
