/** Which images are copies of one another, and which look like copies. */
import { setImmediate } from 'node:timers/promises';
import { LOOK_REACH } from '../../ingest/look.ts';
import { LookIndex, parseLook } from './near-looks.ts';

/** What copies are told by. */
export interface Comparable {
  readonly relativePath: string;
  readonly frame: number;
  readonly plane: string | null;
  readonly sha256: string;
  readonly patientKey: string | null;
  readonly look: string | null;
}

/** The same for all copies of an image: its file's content, and its place in it. */
export function contentOf({ sha256, frame, plane }: Pick<Comparable, 'sha256' | 'frame' | 'plane'>): string {
  return `${sha256} ${plane ?? ''}${frame}`;
}

/**
 * Images that look nearly the same although nobody says that they belong together: not those of one file or of one patient, where
 * neighbouring slices look alike by nature.
 */
export function areUnexpectedlyAlike(a: Comparable, b: Comparable): boolean {
  const isOneFile = a.sha256 === b.sha256;
  return !isOneFile && (a.patientKey === null || a.patientKey !== b.patientKey);
}

/** So many images are looked up before others get their turn. */
const AT_ONCE = 1000;

/** For each of `images`, those of `among` that look nearly the same; in the order of both. Images without a look are like none. */
export async function* alike<A extends Comparable, B extends Comparable>(
  images: readonly A[],
  among: readonly B[],
): AsyncGenerator<readonly [A, readonly B[]], void, undefined> {
  // One of those that share a look stands for them all: a black margin would else be compared with each of its kind.
  const byLook = Map.groupBy(
    among.filter(({ look }) => look !== null),
    ({ look }) => look ?? '',
  );
  const looks = [...byLook.keys()];
  const index = new LookIndex(looks.map(parseLook), LOOK_REACH);
  for (const [at, image] of images.entries()) {
    if (at % AT_ONCE === 0) await setImmediate();
    if (image.look === null) continue;
    const near = index.near(parseLook(image.look)).sort((a, b) => a - b);
    const others = near.flatMap((each) => byLook.get(looks[each] ?? '') ?? []);
    const unexpected = others.filter((other) => areUnexpectedlyAlike(image, other));
    if (unexpected.length > 0) yield [image, unexpected];
  }
}
