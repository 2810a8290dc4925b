import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { Empty, FolderPath, Id, Name, call } from './common.ts';

export const DeviceKind = z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml']);

export const Settings = z.object({
  /** Who decides, for the records. */
  reviewer: Name,
  theme: z.enum(['system', 'light', 'dark']),
  device: z.enum(['auto', ...DeviceKind.options]),
  /** Whether names and numbers of patients in DICOM files are shown in the window. */
  showIdentifiers: z.boolean(),
});
export type Settings = z.infer<typeof Settings>;

export const SystemInfo = z.object({
  version: z.string(),
  /** Which face this is. */
  face: z.enum(['desktop', 'browser']),
  platform: z.string(),
  /** The folder of the database, the weights and the caches. */
  home: z.string(),
  /** No dataset was ever added here. */
  firstStart: z.boolean(),
});
export type SystemInfo = z.infer<typeof SystemInfo>;

export const DeviceReport = z.object({
  kind: DeviceKind,
  label: z.string(),
  usable: z.boolean(),
  /** Why it cannot be used, or what to know about it. */
  remark: z.string().nullable(),
  stepMs: z.number().nullable(),
});
export type DeviceReport = z.infer<typeof DeviceReport>;

/** Something changed, here or in another window: what shows it reads it again. */
export const Change = z.object({
  topic: z.enum(['datasets', 'encoders', 'models', 'decisions', 'thresholds', 'scores', 'settings', 'audit']),
});
export type Change = z.infer<typeof Change>;

/** What the desktop's menu, or a second start of it, asks the window to do. */
export const WindowCommand = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('go'),
    to: z.enum(['datasets', 'fit', 'triage', 'thresholds', 'models', 'encoders', 'activity', 'settings']),
  }),
  /** Offers to add a folder: this one, or one still to be chosen. */
  z.object({ kind: z.literal('add-folder'), path: z.string().nullable() }),
  z.object({ kind: z.literal('show-dataset'), datasetId: Id }),
  z.object({ kind: z.literal('show-help') }),
]);
export type WindowCommand = z.infer<typeof WindowCommand>;

export const system = {
  info: call.output(SystemInfo),
  /** Tries each device with a small graph: takes seconds. */
  devices: call.output(z.array(DeviceReport)),
  storage: call.output(
    z.object({ database: z.number(), weights: z.number(), caches: z.number(), freeOnDisk: z.number() }),
  ),
  /** Deletes thumbnails, features and compiled graphs, which are made again when needed. */
  clearCaches: call.output(z.object({ freedBytes: z.number() })),
  /** Adds the bundled example: its datasets, its fitted models, and a screening of them. */
  addExample: call.output(z.object({ jobId: Id })),
  changes: call.output(eventIterator(Change)),
  /** Nothing ever comes in a browser. */
  commands: call.output(eventIterator(WindowCommand)),
};

export const settings = {
  read: call.output(Settings),
  save: call.input(Settings.partial()).output(Settings),
};

/** What the window looked like, restored at the next start. Its content is the renderer's own affair. */
export const session = {
  read: call.output(z.object({ state: z.string().nullable() })),
  save: call.input(z.object({ state: z.string().max(100_000) })).output(Empty),
};

/** For the browser face, which has no folder dialog: the folders of the machine, by name only. */
export const folders = {
  browse: call.input(z.object({ path: FolderPath.nullable() })).output(
    z.object({
      path: z.string(),
      parent: z.string().nullable(),
      folders: z.array(z.object({ name: z.string(), path: z.string() })),
    }),
  ),
  /** The system's own dialog, in the desktop window; null when it was closed, or where there is none. */
  pick: call.output(z.object({ path: z.string().nullable() })),
};
