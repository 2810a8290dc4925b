import { createHash } from 'node:crypto';
import type { ReadableFile } from '../store/files.ts';
import { ServiceError } from './service-error.ts';

export interface Split {
  readonly train: readonly ReadableFile[];
  readonly heldOut: readonly ReadableFile[];
  /** A sentence for the user where little could be held out; null otherwise. */
  readonly notice: string | null;
}

const SHARE = 0.1;
const LEAST = 8;
const MOST = 1000;
/** With fewer images, holding out `LEAST` would take too many from the fit. */
const FEW = 20;
/** Of groups held out: what fewer say hangs on each one of them. */
const FEW_GROUPS = 3;

/**
 * Sets about a tenth of the images aside, by their content: the same images in the same groups always give the same split.
 * Copies of one image, and images of one group, never end on both sides.
 * @throws ServiceError 'too-few-images' where there are no two images that may be told apart
 */
export function splitHeldOut(files: readonly ReadableFile[]): Split {
  const tenth = Math.floor(files.length * SHARE);
  const wanted = files.length < FEW ? Math.max(1, tenth) : Math.min(MOST, Math.max(LEAST, tenth));
  const clusters = clustersOf(files);
  if (clusters.length < 2) refuseOne(files);
  const chosen = choose(clusters, wanted);
  const heldOutIds = new Set(chosen.flatMap((cluster) => cluster.files.map(({ id }) => id)));
  return {
    train: files.filter(({ id }) => !heldOutIds.has(id)),
    heldOut: files.filter(({ id }) => heldOutIds.has(id)),
    notice: noticeOf(files, chosen, heldOutIds.size),
  };
}

/** Images that must stay together. */
interface Cluster {
  readonly files: readonly ReadableFile[];
  /** The order of holding out; depends on contents alone. */
  readonly rank: string;
}

/** In the order in which they are held out. */
function clustersOf(files: readonly ReadableFile[]): Cluster[] {
  const parent = new Map<string, string>();
  const root = (key: string): string => {
    let found = key;
    for (let next = parent.get(found); next !== undefined && next !== found; next = parent.get(found))
      found = next;
    // Shortens the way for the next one.
    parent.set(key, found);
    return found;
  };
  for (const { sha256, groupKey } of files) {
    const content = root(contentKey(sha256));
    // A copy in two groups ties them together.
    if (groupKey !== null) parent.set(content, root(`group ${groupKey}`));
  }
  const together = Map.groupBy(files, ({ sha256 }) => root(contentKey(sha256)));
  return [...together.values()]
    .map((members) => ({ files: members, rank: rankOf(members) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1));
}

function contentKey(sha256: string): string {
  return `content ${sha256}`;
}

/** Hashed again: contents chosen by their own hash would be the first ones of any list sorted by it. */
function rankOf(files: readonly ReadableFile[]): string {
  const first = files.reduce((least, { sha256 }) => (sha256 < least ? sha256 : least), 'g');
  return createHash('sha256').update(`held out ${first}`).digest('hex');
}

function choose(clusters: readonly Cluster[], wanted: number): Cluster[] {
  const chosen: Cluster[] = [];
  let count = 0;
  for (const cluster of clusters) {
    if (count >= wanted || chosen.length === clusters.length - 1) break;
    // One large group must not take what the fit needs.
    if (count + cluster.files.length > 2 * wanted) continue;
    chosen.push(cluster);
    count += cluster.files.length;
  }
  return chosen.length > 0
    ? chosen
    : [...clusters].sort((a, b) => a.files.length - b.files.length).slice(0, 1);
}

function noticeOf(
  files: readonly ReadableFile[],
  chosen: readonly Cluster[],
  heldOut: number,
): string | null {
  if (files.length < FEW) {
    return (
      `With ${files.length} images only ${heldOut} ${heldOut === 1 ? 'is' : 'are'} held out to check the fit: its figures and ` +
      'thresholds say little; add more images where you can.'
    );
  }
  const grouped = files.some(({ groupKey }) => groupKey !== null);
  if (!grouped || chosen.length >= FEW_GROUPS) return null;
  return (
    `Only ${chosen.length === 1 ? 'one group is' : `${chosen.length} groups are`} held out to check the fit (${heldOut} images): ` +
    'its figures and thresholds may be different for others; add images of more groups where you can.'
  );
}

function refuseOne(files: readonly ReadableFile[]): never {
  const [first] = files;
  const oneFile = files.every(({ sha256 }) => sha256 === first?.sha256);
  const copies =
    oneFile && files.every(({ frame, plane }) => frame === first?.frame && plane === first.plane);
  throw new ServiceError(
    'too-few-images',
    files.length === 1
      ? 'There is only one image to fit on; a detector needs at least two, and hundreds to be of use.'
      : copies
        ? `All ${files.length} images are copies of one; a detector needs different images, and hundreds to be of use.`
        : `All ${files.length} images belong to one group, so that none can be held out; add images of others, or group the dataset in another way.`,
  );
}
