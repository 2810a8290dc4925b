import { createHash } from 'node:crypto';
import type { ReadableFile } from '../store/files.ts';
import { ServiceError } from './service-error.ts';

export interface Split {
  readonly train: readonly ReadableFile[];
  readonly heldOut: readonly ReadableFile[];
  /** A sentence for the user where few images could be held out; null otherwise. */
  readonly notice: string | null;
}

const SHARE = 0.1;
const LEAST = 8;
const MOST = 1000;
/** With fewer images, holding out `LEAST` would take too many from the fit. */
const FEW = 20;

/**
 * Sets about a tenth of the images aside, by their content: the same images always give the same split, and copies of
 * one image never end on both sides.
 * @throws ServiceError 'too-few-images' where there are no two different images
 */
export function splitHeldOut(files: readonly ReadableFile[]): Split {
  const tenth = Math.floor(files.length * SHARE);
  const wanted = files.length < FEW ? Math.max(1, tenth) : Math.min(MOST, Math.max(LEAST, tenth));
  const byContent = Map.groupBy(files, ({ sha256 }) => sha256);
  if (byContent.size < 2) {
    throw new ServiceError(
      'too-few-images',
      files.length === 1
        ? 'There is only one image to fit on; a detector needs at least two, and hundreds to be of use.'
        : `All ${files.length} images are copies of one; a detector needs different images, and hundreds to be of use.`,
    );
  }
  const order = [...byContent.keys()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  const chosen = new Set<string>();
  let count = 0;
  for (const content of order) {
    if (count >= wanted || chosen.size === byContent.size - 1) break;
    chosen.add(content);
    count += byContent.get(content)?.length ?? 0;
  }
  return {
    train: files.filter(({ sha256 }) => !chosen.has(sha256)),
    heldOut: files.filter(({ sha256 }) => chosen.has(sha256)),
    notice:
      files.length < FEW
        ? `With ${files.length} images only ${count} ${count === 1 ? 'is' : 'are'} held out to check the fit: its figures and ` +
          'thresholds say little; add more images where you can.'
        : null,
  };
}

/** Hashed again: contents chosen by their own hash would be the first ones of any list sorted by it. */
function rank(sha256: string): string {
  return createHash('sha256').update(`held out ${sha256}`).digest('hex');
}
