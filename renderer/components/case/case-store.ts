import type { Case } from '../../../preload/contract.ts';
import { api } from '../../api.ts';
import { onChange } from '../../changes.ts';
import { Kept } from '../viewport/kept.ts';
import { forgetPixels, imagePixels, mapPixels, prefetch } from '../viewport/pixel-store.ts';

const cases = new Kept<Case>(300);
/** Larger images are not fetched before they are opened. */
const PREFETCHED_PIXELS = 24_000_000;

onChange(['decisions', 'scores', 'thresholds', 'settings'], () => cases.drop(() => true));
onChange(['datasets'], () => {
  cases.drop(() => true);
  forgetPixels();
});

/** A case as it is now, kept until something changes. */
export function caseOf(runId: number, fileId: number, score: string | null): Promise<Case> {
  return cases.get(`${runId}/${fileId}/${score ?? ''}`, (signal) =>
    api.cases.show({ runId, fileId, score }, { signal }),
  );
}

/** The map to draw for a case: the one wished for, else that of the score, else the first there is. */
export function mapFor(
  { maps, scores }: Case,
  wished: string | null,
  score: string | null,
): Case['maps'][number] | null {
  const named = (name: string | null | undefined) => maps.find((map) => map.score === name);
  return named(wished) ?? named(score) ?? named(scores[0]?.name) ?? maps[0] ?? null;
}

/** Fetches a case with its picture and its heatmap, so that going there shows it at once. */
export function prefetchCase(runId: number, fileId: number, score: string | null, map: string | null): void {
  prefetch(
    caseOf(runId, fileId, score).then((found) => {
      if (found.width * found.height <= PREFETCHED_PIXELS) prefetch(imagePixels(fileId));
      const chosen = mapFor(found, map, score);
      if (chosen !== null) prefetch(mapPixels(runId, fileId, chosen.score));
    }),
  );
}
