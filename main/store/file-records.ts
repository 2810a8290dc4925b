/** What is kept of an image, or of a file that holds none. */
import { z } from 'zod';
import { PLANES, type Plane, json, optionalFlag, rowId, sha256 } from './columns.ts';

const common = {
  id: rowId,
  datasetId: rowId,
  /** Below the dataset's root, with forward slashes on every platform. */
  relativePath: z.string(),
};

const size = z.int().positive();

/** Which image of its file a row is. */
export const partColumns = {
  /** From 0, as the file counts. */
  frame: z.int().nonnegative(),
  /** Of a slice of a volume; null for everything else. */
  plane: z.enum(['', ...PLANES]).transform((plane): Plane | null => (plane === '' ? null : plane)),
  /** How many images the file counts; some may have been left out. */
  frames: size,
};

/** What is known of how an image was taken and stored; all null where the file says nothing of it, or was scanned before it was asked. */
const acquired = {
  /** What its values are. */
  samples: z.enum(['unsigned', 'signed', 'float']).nullable(),
  /** Whether the file says how to show it. */
  windowed: optionalFlag,
  /** "MR", "CT", … */
  modality: z.string().nullable(),
  sequence: z.enum(['FLAIR', 'T1', 'T1 with contrast', 'T2']).nullable(),
  sequenceFrom: z.enum(['attributes', 'description', 'person']).nullable(),
  seriesDescription: z.string().nullable(),
  /** Salted hashes. */
  patientKey: sha256.nullable(),
  studyKey: sha256.nullable(),
  seriesKey: sha256.nullable(),
  /** Millimetres along the normal of the slices. */
  position: z.number().nullable(),
  /** Whether text that names the patient may be burned into the pixels. */
  burnedIn: optionalFlag,
  /** What it looks like, 64 bits in hexadecimal. */
  look: z.string().nullable(),
};

const notes = json.pipe(z.array(z.string())).nullable();

export const readableFile = z.object({
  ...common,
  ...partColumns,
  ...acquired,
  status: z.literal('readable'),
  /** What people should know of the file, each a sentence. */
  notes,
  sizeBytes: z.int().nonnegative(),
  /** As the file system gives it, fraction included, so that an unchanged file compares equal. */
  modifiedMs: z.number(),
  sha256,
  format: z.string(),
  width: size,
  height: size,
  channels: size,
  bitDepth: size,
  label: z.string().nullable(),
  /** What is held out together has the same one; null for a file that is a group of its own. */
  groupKey: z.string().nullable(),
});

const rejectedFile = z.object({
  ...common,
  ...partColumns,
  status: z.enum(['skipped', 'broken']),
  /** Why, as a sentence for the user. */
  reason: z.string(),
});

export const fileRow = z.discriminatedUnion('status', [readableFile, rejectedFile]);

export type ReadableFile = z.infer<typeof readableFile>;
export type RejectedFile = z.infer<typeof rejectedFile>;
export type FileRecord = ReadableFile | RejectedFile;
export type FileStatus = FileRecord['status'];

/** Where an image stands in the order of a dataset. */
export type FilePlace = Pick<FileRecord, 'relativePath' | 'frame' | 'plane'>;

type Optional = keyof typeof acquired | keyof typeof partColumns | 'notes';
type Known = Omit<ReadableFile, 'id' | 'datasetId' | 'groupKey' | Optional> &
  Partial<Pick<ReadableFile, Optional>> &
  ReadBy;

interface ReadBy {
  /** Which version of the readers found it out; 0 for one from before they had versions. */
  readonly readers?: number;
}

/** What a scan has found out about one image, or of a file that holds none. */
export type FileFinding = Known | RejectedFinding;

interface RejectedFinding extends Omit<RejectedFile, 'id' | 'datasetId' | keyof typeof partColumns>, ReadBy {
  /** Both where the file need not be read again as long as they stay the same. */
  readonly sizeBytes?: number | null;
  readonly modifiedMs?: number | null;
}

/** What is alike in how images of a dataset are stored and were taken, and in how many. */
export const imageKind = z.object({
  format: z.string(),
  width: size,
  height: size,
  channels: size,
  bitDepth: size,
  samples: acquired.samples,
  windowed: acquired.windowed,
  modality: acquired.modality,
  sequence: acquired.sequence,
  count: size,
});
export type ImageKind = z.infer<typeof imageKind>;
