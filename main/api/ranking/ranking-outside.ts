import type { CombinedImage, CombinedRanking, ImagePlace } from '../../../preload/contract.ts';
import { caseName } from '../triage/case-name.ts';
import { withoutQuoted } from '../pseudonyms/without-names.ts';
import type { FailedImage, RankedImage, Ranking } from './rank.ts';

/** An image by what it may be called outside; with its path only where that was asked for. */
type Outside<T extends { readonly relativePath: string }> = Omit<T, 'relativePath'> & {
  readonly name: string;
  readonly relativePath?: string;
};

/** A ranking as it may leave the program: paths, which may hold patients' names, only where they were asked for. */
export function rankingOutside(
  ranking: Ranking,
  identifiers: boolean,
): Omit<Ranking, 'images' | 'failures'> & {
  readonly images: readonly Outside<RankedImage>[];
  readonly failures: readonly Outside<FailedImage>[];
} {
  return {
    ...ranking,
    images: ranking.images.map((image) => outside(image, identifiers)),
    failures: ranking.failures.map((failure) => ({
      ...outside(failure, identifiers),
      reason: identifiers ? failure.reason : withoutQuoted(failure.reason),
    })),
  };
}

/** As {@link rankingOutside}, of several models. */
export function combinedOutside(
  ranking: CombinedRanking,
  identifiers: boolean,
): Omit<CombinedRanking, 'images'> & { readonly images: readonly Outside<CombinedImage>[] } {
  return { ...ranking, images: ranking.images.map((image) => outside(image, identifiers)) };
}

function outside<T extends ImagePlace & { readonly fileId: number }>(
  image: T,
  identifiers: boolean,
): Outside<T> {
  const { relativePath, ...others } = image;
  return { name: caseName(image, identifiers), ...others, ...(identifiers && { relativePath }) };
}
