/** What belongs together when images are held out: a patient, a study, a lot, a folder. */
import { posix } from 'node:path';
import type { Dataset, Grouping } from '../store/datasets.ts';
import type { ImageIdentity } from '../store/image-identity.ts';
import type { Context } from './context.ts';

const COUNTER = /^(.+)[-_]\d+$/;

/**
 * The groups of the readable images under a grouping, of those that have another one now. Images that cannot be told are a group of their
 * own: null. Folder names and name prefixes are kept as they are, patients and studies only as a salted hash.
 */
export function groupsOf(
  ctx: Context,
  { id, labelsFromSubfolders }: Dataset,
  grouping: Grouping,
): (readonly [fileId: number, groupKey: string | null])[] {
  const changed: (readonly [number, string | null])[] = [];
  for (const image of ctx.store.files.identities(id)) {
    const groupKey = groupOf(image, grouping, labelsFromSubfolders);
    if (groupKey !== image.groupKey) changed.push([image.id, groupKey]);
  }
  return changed;
}

function groupOf(image: ImageIdentity, grouping: Grouping, labelsFromSubfolders: boolean): string | null {
  switch (grouping) {
    case 'image':
      return null;
    case 'subfolder':
      return subfolderOf(image, labelsFromSubfolders);
    case 'name-prefix':
      return namePrefixOf(image.relativePath);
    case 'patient':
      return image.patientKey;
    case 'study':
      return image.studyKey;
  }
}

/**
 * The folder directly under the root, or under the label's folder where the first level are labels; null for an image that
 * lies in none.
 */
export function subfolderOf(
  { relativePath, label }: Pick<ImageIdentity, 'relativePath' | 'label'>,
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
