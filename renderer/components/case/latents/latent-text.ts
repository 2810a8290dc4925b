import type { LatentEvent, LatentPicture, LatentSide } from '../../../../preload/contract.ts';
import { percentText } from '../../../format.ts';

/** "scale 1 (finest details)", "scale 2", "scale 3 (coarsest shapes)". */
export function scaleText(scale: number, scales: number): string {
  if (scale === 1) return 'scale 1 (finest details)';
  return scale === scales ? `scale ${String(scale)} (coarsest shapes)` : `scale ${String(scale)}`;
}

/** What a picture is, for whoever does not see it, or sees it alone. */
export function pictureText(of: LatentPicture['of'], scales: number): string {
  switch (of.kind) {
    case 'original':
      return of.side === 'own' ? 'This image' : 'The other image';
    case 'mix': {
      const [kept, taken] = of.side === 'own' ? ['This image', 'the other'] : ['The other image', 'this'];
      return `${kept} with ${scaleText(of.scale, scales)} of ${taken} one`;
    }
    case 'climb':
      return of.step === 0 ? 'This image' : `After ${String(of.step)} steps`;
  }
}

/** Why there is no picture; null where there is one. */
export function missingText({ missing }: Pick<LatentPicture, 'missing'>): string | null {
  switch (missing) {
    case null:
      return null;
    case 'out-of-range':
      return 'Not shown: most of it came out darker than black or brighter than white.';
    case 'not-finite':
      return 'Not shown: the model’s numbers grew beyond all bounds here.';
  }
}

/** A share of less is nothing that an eye could see. */
const LEAST_OUTSIDE = 0.001;

/** What the numbers under a picture say. */
export function numbersText({
  bitsPerDimension,
  outside,
  missing,
}: Pick<LatentPicture, 'bitsPerDimension' | 'outside' | 'missing'>): string[] {
  if (missing !== null) return [];
  return [
    bitsPerDimension === null ? 'no finite likelihood' : `${bitsPerDimension.toFixed(2)} bits/dim`,
    ...(outside < LEAST_OUTSIDE ? [] : [`${percentText(outside)} clipped to black or white`]),
  ];
}

/** Which part of an image is shown, where it was cut into tiles. */
export function tileText(tiles: readonly Extract<LatentEvent, { kind: 'tile' }>[]): string | null {
  if (tiles.length === 0) return null;
  const of = (side: LatentSide) => (side === 'own' ? 'this image' : 'the other image');
  const shown = tiles.map(
    ({ side, number, count }) => `tile ${String(number)} of ${String(count)} of ${of(side)}`,
  );
  return `Images are cut into tiles for this model. Shown is the most anomalous one: ${shown.join(', ')}.`;
}
