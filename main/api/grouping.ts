/** What belongs together when images are held out: a patient, a study, a lot, a folder. */
import { createHmac } from 'node:crypto';
import { join, posix } from 'node:path';
import { type DicomIdentifiers, readIdentifiers } from '../ingest/dicom/identifiers.ts';
import { orderedAhead } from '../ingest/ordered-ahead.ts';
import type { Dataset, Grouping } from '../store/datasets.ts';
import type { ReadableFile } from '../store/files.ts';
import type { Context } from './context.ts';
import { groupSalt } from './group-salt.ts';

/** Headers read at once. */
const AT_ONCE = 8;

const COUNTER = /^(.+)[-_]\d+$/;

/**
 * The group of each readable image under a grouping. Images that cannot be told are a group of their own: null.
 * Folder names and name prefixes are kept as they are, patients and studies only as a salted hash.
 * @throws ServiceError 'write-failed'
 */
export async function groupsOf(
  ctx: Context,
  dataset: Dataset,
  grouping: Grouping,
): Promise<(readonly [fileId: number, groupKey: string | null])[]> {
  const files = [...ctx.store.files.readable(dataset.id)];
  switch (grouping) {
    case 'image':
      return files.map(({ id }) => [id, null] as const);
    case 'subfolder':
      return files.map((file) => [file.id, subfolderOf(file, dataset.labelsFromSubfolders)] as const);
    case 'name-prefix':
      return files.map(({ id, relativePath }) => [id, namePrefixOf(relativePath)] as const);
    case 'patient':
      return identifierGroups(ctx, dataset, files, ({ patientId }) => patientId);
    case 'study':
      return identifierGroups(ctx, dataset, files, ({ studyInstanceUid }) => studyInstanceUid);
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

async function identifierGroups(
  ctx: Context,
  dataset: Dataset,
  files: readonly ReadableFile[],
  choose: (identifiers: DicomIdentifiers) => string | null,
): Promise<(readonly [number, string | null])[]> {
  const salt = groupSalt(ctx.home);
  const groups: (readonly [number, string | null])[] = [];
  const keyed = orderedAhead(files, AT_ONCE, async (file) => {
    const identifier = await identifierOf(join(dataset.rootPath, file.relativePath), file.format, choose);
    const key = identifier === null ? null : createHmac('sha256', salt).update(identifier).digest('hex');
    return [file.id, key] as const;
  });
  for await (const group of keyed) groups.push(group);
  return groups;
}

async function identifierOf(
  path: string,
  format: string,
  choose: (identifiers: DicomIdentifiers) => string | null,
): Promise<string | null> {
  if (format !== 'dicom') return null;
  try {
    return choose(await readIdentifiers(path));
  } catch {
    // Gone or damaged since the scan: the next scan says what is wrong with it; until then it stands alone.
    return null;
  }
}
