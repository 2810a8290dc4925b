/** What belongs together when images are held out: a patient, a study, a lot, a folder. */
import { posix } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Dataset, Grouping } from '../../store/datasets.ts';
import type { ImageIdentity } from '../../store/image-identity.ts';
import type { Context } from '../context.ts';

const COUNTER = /^(.+)[-_]\d+$/;

/** Images looked at before others get their turn. */
const AT_ONCE = 2000;

/** The readable images of a dataset, some at a time, other work going on in between. */
export async function* imagesOf(
  ctx: Context,
  { id }: Pick<Dataset, 'id'>,
): AsyncGenerator<readonly ImageIdentity[], void> {
  let images: ImageIdentity[] = [];
  for (const image of ctx.store.files.identities(id)) {
    images.push(image);
    if (images.length < AT_ONCE) continue;
    yield images;
    images = [];
    await setImmediate();
  }
  yield images;
}

/**
 * Puts images in their groups under a grouping. Images that cannot be told are a group of their own. Folder names and name prefixes are kept
 * as they are, patients and studies only as a salted hash.
 */
export function group(
  ctx: Context,
  images: readonly ImageIdentity[],
  { grouping, labelsFromSubfolders }: Pick<Dataset, 'grouping' | 'labelsFromSubfolders'>,
): void {
  const changed = images.flatMap((image) => {
    const groupKey = groupOf(image, grouping, labelsFromSubfolders);
    return groupKey === image.groupKey ? [] : [[image.id, groupKey] as const];
  });
  ctx.store.files.setGroups(changed);
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
