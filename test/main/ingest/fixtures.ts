import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { IngestError } from '../../../main/ingest/errors.ts';
import type { IngestErrorKind } from '../../../main/ingest/errors.ts';

export const FIXTURES = fileURLToPath(new URL('../../fixtures/ingest/', import.meta.url));

const Truth = z.record(
  z.string(),
  z
    .object({
      format: z.enum(['png', 'jpeg', 'tiff', 'bmp', 'webp', 'dicom']),
      width: z.int(),
      height: z.int(),
      channels: z.union([z.literal(1), z.literal(3)]),
      bitDepth: z.union([z.literal(8), z.literal(16)]),
      sha256: z.string(),
      pixels: z.array(z.int()),
    })
    .transform(({ sha256, pixels, ...shape }) => ({ sha256, pixels, shape })),
);

/** What make.py says each fixture decodes to. */
export async function readTruth(): Promise<z.infer<typeof Truth>> {
  return Truth.parse(JSON.parse(await readFile(join(FIXTURES, 'truth.json'), 'utf8')));
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
