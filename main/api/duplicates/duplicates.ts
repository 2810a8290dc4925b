/** Copies in a dataset, or in two: images that are the same, and those that look nearly the same. */
import type { DuplicateGroup, Duplicates } from '../../../preload/contract.ts';
import type { ImageIdentity } from '../../store/image-identity.ts';
import type { Context } from '../context.ts';
import { listedDataset } from '../datasets/datasets.ts';
import { alike, contentOf } from './alike.ts';

export interface DuplicatesRequest {
  readonly id: number;
  /** Only what both datasets have is told; null for the copies within one. */
  readonly acrossId: number | null;
  /** Groups, of each kind. */
  readonly limit: number;
}

/** Images that are named of one group. */
const MOST_NAMED = 50;

interface Member extends ImageIdentity {
  readonly dataset: string;
}

/**
 * Groups of images that are the same (the same place in files of the same bytes) and of images that look nearly the same, the largest
 * first. Those of one file and of one patient are not told as alike, where neighbouring slices are by nature; groups form chains, so
 * that the first and the last of one may differ more.
 * @throws ServiceError 'unknown-dataset'
 */
export async function findDuplicates(
  ctx: Context,
  { id, acrossId, limit }: DuplicatesRequest,
): Promise<Duplicates> {
  const ids = acrossId === null || acrossId === id ? [id] : [id, acrossId];
  const members = ids.flatMap((each): Member[] => {
    const { name } = listedDataset(ctx, each);
    return Array.from(ctx.store.files.identities(each), (image) => ({ ...image, dataset: name }));
  });
  const isWanted = (group: readonly Member[]) =>
    ids.length === 1 || new Set(group.map(({ dataset }) => dataset)).size === 2;
  const byContent = Map.groupBy(members, contentOf);
  const same = [...byContent.values()].filter((group) => group.length > 1 && isWanted(group));
  const near = (await alikeGroups(byContent)).filter(isWanted);
  return { same: told(same, limit), alike: told(near, limit) };
}

/** Each with all copies of its images. */
async function alikeGroups(byContent: ReadonlyMap<string, readonly Member[]>): Promise<Member[][]> {
  const ones = [...byContent.values()].flatMap(([first]) => first ?? []);
  const leaders = new Map<string, string>();
  const leaderOf = (content: string): string => {
    let leader = content;
    for (let next = leaders.get(leader); next !== undefined; next = leaders.get(leader)) leader = next;
    // Shortens the way for the next one.
    if (leader !== content) leaders.set(content, leader);
    return leader;
  };
  for await (const [image, others] of alike(ones, ones)) {
    for (const other of others) {
      const [from, to] = [leaderOf(contentOf(image)), leaderOf(contentOf(other))];
      if (from !== to) leaders.set(from, to);
    }
  }
  const groups = Map.groupBy(ones, (image) => leaderOf(contentOf(image)));
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => group.flatMap((image) => byContent.get(contentOf(image)) ?? []));
}

function told(groups: readonly (readonly Member[])[], limit: number): Duplicates['same'] {
  const largest = [...groups].sort((a, b) => b.length - a.length).slice(0, limit);
  return {
    groups: largest.map(groupOf),
    groupCount: groups.length,
    imageCount: groups.reduce((sum, group) => sum + group.length, 0),
  };
}

function groupOf(members: readonly Member[]): DuplicateGroup {
  return {
    count: members.length,
    images: members
      .slice(0, MOST_NAMED)
      .map(({ id, dataset, relativePath, frame, plane, frames, label }) => ({
        id,
        dataset,
        relativePath,
        frame,
        plane,
        frames,
        label,
      })),
  };
}
