/** What belongs together when images are held out: a patient, a study, a lot, a folder. */
import { posix } from 'node:path';
import type { Dataset, Grouping } from '../store/datasets.ts';
import type { ReadableFile } from '../store/files.ts';
import type { Context } from './context.ts';

const COUNTER = /^(.+)[-_]\d+$/;

/**
 * The group of each readable image under a grouping. Images that cannot be told are a group of their own: null.
 * Folder names and name prefixes are kept as they are, patients and studies only as a salted hash.
 */
export function groupsOf(
  ctx: Context,
  dataset: Dataset,
  grouping: Grouping,
): (readonly [fileId: number, groupKey: string | null])[] {
  const files = [...ctx.store.files.readable(dataset.id)];
  switch (grouping) {
    case 'image':
      return files.map(({ id }) => [id, null] as const);
    case 'subfolder':
      return files.map((file) => [file.id, subfolderOf(file, dataset.labelsFromSubfolders)] as const);
    case 'name-prefix':
      return files.map(({ id, relativePath }) => [id, namePrefixOf(relativePath)] as const);
    case 'patient':
      return files.map(({ id, patientKey }) => [id, patientKey] as const);
    case 'study':
      return files.map(({ id, studyKey }) => [id, studyKey] as const);
  }
}

/**
 * The folder directly under the root, or under the label's folder where the first level are labels; null for an image that
 * lies in none.
 */
export function subfolderOf(
  { relativePath, label }: Pick<ReadableFile, 'relativePath' | 'label'>,
  labelsFromSubfolders: boolean,
): string | null {
  const folders = relativePath.split('/').slice(0, -1);
  const depth = labelsFromSubfolders && label !== null ? 2 : 1;
  return folders.length < depth ? null : folders.slice(0, depth).join('/');
}

/** The path up to the last "-" or "_" before a counter, "a/lot7_" of "a/lot7_0012.png"; null without a counter. */
export function namePrefixOf(relativePath: string): string | null {
  const { dir, name } = posix.parse(relativePath);
  const prefix = COUNTER.exec(name)?.[1];
  return prefix === undefined ? null : posix.join(dir, prefix);
}
