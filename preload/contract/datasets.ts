import { z } from 'zod';
import { Empty, FolderPath, Id, Limit, Name, Offset, Reason, Search, Utc, call, pageOf } from './common.ts';
import { Plane, imagePlace } from './image-name.ts';

export const FileStatus = z.enum(['readable', 'skipped', 'broken']);

/** What must not be torn apart when images are held out. */
export const Grouping = z.enum(['image', 'subfolder', 'name-prefix', 'patient', 'study']);
export type Grouping = z.infer<typeof Grouping>;

export const DatasetSummary = z.object({
  id: Id,
  name: z.string(),
  /** Null while the key file of a pseudonymised dataset is away. */
  root: z.string().nullable(),
  /** The folder can be reached now. */
  reachable: z.boolean(),
  labelsFromSubfolders: z.boolean(),
  /** No name of its files and folders is stored, no date and no description. */
  pseudonymised: z.boolean(),
  grouping: Grouping,
  /** How many groups the readable images fall into. */
  groups: z.int(),
  /** SHA-256 of the contents at the last finished scan. */
  fingerprint: z.string().nullable(),
  lastScannedAt: Utc.nullable(),
  counts: z.object({ readable: z.int(), skipped: z.int(), broken: z.int() }),
  labels: z.array(z.object({ label: z.string().nullable(), count: z.int() })),
});
export type DatasetSummary = z.infer<typeof DatasetSummary>;

/** How many of what the readable images of a dataset are of. */
export const DatasetContents = z.object({
  files: z.int(),
  /** NIfTI and MetaImage files. */
  volumes: z.int(),
  patients: z.int(),
  studies: z.int(),
  /** Of DICOM files, and volumes. */
  series: z.int(),
  /** In which volumes are cut. */
  plane: Plane,
});
export type DatasetContents = z.infer<typeof DatasetContents>;

export const MrSequence = z.enum(['FLAIR', 'T1', 'T1 with contrast', 'T2']);
export type MrSequence = z.infer<typeof MrSequence>;

export const SeriesSummary = z.object({
  /** Of its first image, which names it. */
  fileId: Id,
  images: z.int(),
  files: z.int(),
  /** Of its first file. */
  relativePath: z.string(),
  modality: z.string().nullable(),
  sequence: MrSequence.nullable(),
  /** Told from the files, and perhaps wrong. */
  isGuess: z.boolean(),
  /** A person has said it. */
  isCorrected: z.boolean(),
  description: z.string().nullable(),
  /** Tells patients apart without naming them. */
  patient: z.string().nullable(),
});
export type SeriesSummary = z.infer<typeof SeriesSummary>;

/** Files, by what has become of them since the scan before. */
export const ScanOutcome = z.object({
  added: z.int(),
  /** Their content is another, or is read in another way now. */
  changed: z.int(),
  unchanged: z.int(),
  /** At another place, by their content: they keep their records. */
  moved: z.int(),
  gone: z.int(),
});
export type ScanOutcome = z.infer<typeof ScanOutcome>;

/** The files of a dataset whose folder lies elsewhere now. */
export const RelinkOutcome = z.object({
  /** At their places. */
  matched: z.int(),
  /** At another place, by their content. */
  moved: z.int(),
  missing: z.int(),
  /** There, but with copies, so that nobody can tell which is which. */
  unclear: z.int(),
});
export type RelinkOutcome = z.infer<typeof RelinkOutcome>;

export const DatasetFile = z.object({
  id: Id,
  ...imagePlace,
  status: FileStatus,
  /** Why it was skipped or is broken. */
  reason: z.string().nullable(),
  format: z.string().nullable(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  channels: z.int().nullable(),
  bitDepth: z.int().nullable(),
  label: z.string().nullable(),
  group: z.string().nullable(),
  sizeBytes: z.int().nullable(),
  /** What people should know of the file, each a sentence. */
  notes: z.array(z.string()),
});
export type DatasetFile = z.infer<typeof DatasetFile>;

export const DuplicateGroup = z.object({
  count: z.int(),
  /** The first of them. */
  images: z.array(z.object({ id: Id, dataset: z.string(), ...imagePlace, label: z.string().nullable() })),
});
export type DuplicateGroup = z.infer<typeof DuplicateGroup>;

const duplicateGroups = z.object({
  /** The largest. */
  groups: z.array(DuplicateGroup),
  groupCount: z.int(),
  imageCount: z.int(),
});

export const Duplicates = z.object({
  /** Images that are the same, byte for byte. */
  same: duplicateGroups,
  /** Images that look nearly the same, their copies among them. */
  alike: duplicateGroups,
});
export type Duplicates = z.infer<typeof Duplicates>;

export const datasets = {
  list: call.output(z.array(DatasetSummary)),
  /** Scans a folder in the background; a folder that is known is scanned again. */
  add: call
    .input(
      z.object({
        root: FolderPath,
        name: Name.nullable(),
        labelsFromSubfolders: z.boolean(),
        pseudonymise: z.boolean(),
        /** In which volumes are cut; as before for a folder that is known where null, else axial. */
        plane: Plane.nullable().default(null),
      }),
    )
    .output(z.object({ jobId: Id })),
  files: call
    .input(z.object({ id: Id, status: FileStatus.nullable(), search: Search, offset: Offset, limit: Limit }))
    .output(pageOf(DatasetFile)),
  contents: call.input(z.object({ id: Id })).output(DatasetContents),
  series: call.input(z.object({ id: Id, offset: Offset, limit: Limit })).output(pageOf(SeriesSummary)),
  /** What a person says of a series, by any of its images; null where it is none of these sequences. */
  setSequence: call.input(z.object({ fileId: Id, sequence: MrSequence.nullable() })).output(SeriesSummary),
  /** Copies within a dataset, or those that it shares with another one. Takes seconds for a large one. */
  duplicates: call.input(z.object({ id: Id, acrossId: Id.nullable(), limit: Limit })).output(Duplicates),
  setGrouping: call.input(z.object({ id: Id, grouping: Grouping })).output(DatasetSummary),
  /** The folder was moved: takes the new place, in the background, if it holds the same images. */
  relink: call.input(z.object({ id: Id, root: FolderPath })).output(z.object({ jobId: Id })),
  /** Takes the dataset out of the lists. Its records stay; the folder is never touched. */
  remove: call.input(z.object({ id: Id, reason: Reason })).output(Empty),
};
