import { createHash } from 'node:crypto';
import type { ReadableFile } from '../../store/file-records.ts';
import { ServiceError } from '../service-error.ts';

export interface Split {
  readonly train: readonly ReadableFile[];
  readonly heldOut: readonly ReadableFile[];
  /** Sentences for the user: little could be held out, or what was held out looks like what is trained on. */
  readonly notices: readonly string[];
}

/** Numbers of two images that look nearly the same. */
export type AlikePair = readonly [number, number];

const SHARE = 0.1;
const LEAST = 8;
const MOST = 1000;
/** With fewer images, holding out `LEAST` would take too many from the fit. */
const FEW = 20;
/** Of groups held out: what fewer say hangs on each one of them. */
const FEW_GROUPS = 3;

/**
 * Sets about a tenth of the images aside, by their content: the same images in the same groups always give the same split.
 * Copies of one image, and images of one group, never end on both sides; nor do images that look nearly the same, unless they are in
 * groups (who groups images says what is independent) or so many look like one another that there would be nothing to choose from.
 * @param alike pairs among the images, each one at least once
 * @throws ServiceError 'too-few-images' where there are no two images that may be told apart
 */
export function splitHeldOut(files: readonly ReadableFile[], alike: readonly AlikePair[] = []): Split {
  const tenth = Math.floor(files.length * SHARE);
  const wanted = files.length < FEW ? Math.max(1, tenth) : Math.min(MOST, Math.max(LEAST, tenth));
  const contents = clustersOf(files, []);
  if (contents.length < 2) refuseOne(files);
  const clusters = withAlikeTogether(files, contents, alike);
  const chosen = choose(clusters, wanted);
  const heldOutIds = new Set(chosen.flatMap((cluster) => cluster.files.map(({ id }) => id)));
  return {
    train: files.filter(({ id }) => !heldOutIds.has(id)),
    heldOut: files.filter(({ id }) => heldOutIds.has(id)),
    notices: [...noticesOf(files, chosen, heldOutIds.size), ...tornNotices(alike, heldOutIds)],
  };
}

/** Images that must stay together. */
interface Cluster {
  readonly files: readonly ReadableFile[];
  /** The order of holding out; depends on contents alone. */
  readonly rank: string;
}

/** Chains of images, each like the next, may tie everything together: then only copies are. */
function withAlikeTogether(
  files: readonly ReadableFile[],
  contents: readonly Cluster[],
  alike: readonly AlikePair[],
): readonly Cluster[] {
  const clusters = clustersOf(files, alike);
  const largest = Math.max(...clusters.map((cluster) => cluster.files.length));
  return largest > files.length / 2 ? contents : clusters;
}

/** In the order in which they are held out. */
function clustersOf(files: readonly ReadableFile[], alike: readonly AlikePair[]): Cluster[] {
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
  const byId =
    alike.length === 0 ? new Map<number, ReadableFile>() : new Map(files.map((file) => [file.id, file]));
  for (const [first, second] of alike) {
    const [a, b] = [byId.get(first), byId.get(second)];
    if (a === undefined || b === undefined || a.groupKey !== null || b.groupKey !== null) continue;
    const [from, to] = [root(contentKey(a.sha256)), root(contentKey(b.sha256))];
    if (from !== to) parent.set(from, to);
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

function noticesOf(files: readonly ReadableFile[], chosen: readonly Cluster[], heldOut: number): string[] {
  if (files.length < FEW) {
    return [
      `With ${files.length} images only ${heldOut} ${heldOut === 1 ? 'is' : 'are'} held out to check the fit: its figures and ` +
        'thresholds say little; add more images where you can.',
    ];
  }
  const grouped = files.some(({ groupKey }) => groupKey !== null);
  if (!grouped || chosen.length >= FEW_GROUPS) return [];
  return [
    `Only ${chosen.length === 1 ? 'one group is' : `${chosen.length} groups are`} held out to check the fit (${heldOut} images): ` +
      'its figures and thresholds may be different for others; add images of more groups where you can.',
  ];
}

function tornNotices(alike: readonly AlikePair[], heldOutIds: ReadonlySet<number>): string[] {
  const torn = new Set(
    alike.flatMap(([a, b]) => (heldOutIds.has(a) === heldOutIds.has(b) ? [] : [heldOutIds.has(a) ? a : b])),
  );
  if (torn.size === 0) return [];
  return [
    `${torn.size === 1 ? 'One held-out image looks' : `${torn.size} held-out images look`} nearly the same as images that are fitted on: ` +
      'held-out figures may be better than those of new images; see the duplicates of the dataset.',
  ];
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
