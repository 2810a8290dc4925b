/**
 * What passes between the program and its processes for reading folders: one lists the folder, others read its files. Checked where it
 * enters on either side.
 */
import { z } from 'zod';
import { PLANES } from '../ingest/stored-image.ts';
import { failure } from './protocol-failure.ts';

const text = z.string();
const stamp = { relativePath: text, sizeBytes: z.number(), modifiedMs: z.number() };
const plane = z.enum(PLANES);

/** What is to be found out about files: what images they hold, or their bytes' digest alone. */
const purpose = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('images'), plane }),
  z.object({ kind: z.literal('content') }),
]);

/** What the program says. */
export const toReader = z.discriminatedUnion('kind', [
  /** The first message to a process that lists: everything under a folder, and before that how much it is. */
  z.object({ kind: z.literal('list'), root: text }),
  /** One more part of the list was taken: another may be sent. */
  z.object({ kind: z.literal('more') }),
  /** Asks whether what lies above a path still is what was listed. */
  z.object({ kind: z.literal('probe'), relativePath: text }),
  /** The first message to a process that reads. */
  z.object({ kind: z.literal('read'), root: text, purpose, background: z.boolean() }),
  /** Answered by one `examined` for each, in their order. */
  z.object({ kind: z.literal('examine'), files: z.array(z.object({ ...stamp, sha256: text.nullable() })) }),
]);
export type ToReader = z.infer<typeof toReader>;

const found = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), ...stamp }),
  z.object({ kind: z.literal('skipped'), relativePath: text, reason: text }),
  z.object({ kind: z.literal('unlisted'), relativePath: text, reason: text }),
]);

const image = z.object({
  part: z.object({ frame: z.int(), plane: plane.nullable() }),
  width: z.int(),
  height: z.int(),
  channels: z.literal([1, 3]),
  bitDepth: z.int(),
  position: z.number().nullable(),
  samples: z.enum(['unsigned', 'signed', 'float']),
  windowed: z.boolean(),
  look: text.nullable(),
});

const acquisition = z.object({
  patientId: text.nullable(),
  studyUid: text.nullable(),
  seriesUid: text.nullable(),
  modality: text.nullable(),
  seriesDescription: text.nullable(),
  sequence: z
    .object({
      name: z.enum(['FLAIR', 'T1', 'T1 with contrast', 'T2']),
      from: z.enum(['attributes', 'description']),
    })
    .nullable(),
  burnedIn: z.boolean().nullable(),
});

const entry = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('readable'),
    ...stamp,
    sha256: text,
    format: z.enum(['png', 'jpeg', 'tiff', 'bmp', 'webp', 'dicom', 'nifti', 'metaimage']),
    images: z.array(image).readonly(),
    notes: z.array(text).readonly(),
    acquisition: acquisition.nullable(),
  }),
  z.object({
    status: z.enum(['skipped', 'broken']),
    relativePath: text,
    reason: text,
    sizeBytes: z.number().nullable(),
    modifiedMs: z.number().nullable(),
  }),
]);

const examined = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('entry'), entry }),
  z.object({ kind: z.literal('same'), relativePath: text }),
  z.object({ kind: z.literal('content'), relativePath: text, sha256: text }),
  z.object({
    kind: z.literal('unreached'),
    relativePath: text,
    trouble: z.enum(['drive', 'absent']),
    reason: text,
  }),
]);
export type ExaminedFile = z.infer<typeof examined>;

/** What a process for reading folders says. */
export const fromReader = z.discriminatedUnion('kind', [
  /** About how many entries the folder has. */
  z.object({ kind: z.literal('counted'), entries: z.int() }),
  z.object({ kind: z.literal('listed'), found: z.array(found) }),
  /** The list is complete. */
  z.object({ kind: z.literal('walked') }),
  /** The answer to a probe. */
  z.object({ kind: z.literal('probed'), failure: failure.nullable() }),
  /** The folder cannot be listed further. */
  z.object({ kind: z.literal('failed'), failure }),
  /** Files can be sent. */
  z.object({ kind: z.literal('ready') }),
  /** Of the file that is examined: so many pixels are decoded next. */
  z.object({ kind: z.literal('step'), pixels: z.number() }),
  z.object({ kind: z.literal('examined'), examined }),
]);
export type FromReader = z.infer<typeof fromReader>;
