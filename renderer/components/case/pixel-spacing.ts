import type { Case } from '../../../preload/contract.ts';
import type { Spacing } from '../viewport/cornerstone-image.ts';

/**
 * Millimetres of Pixel Spacing, else of Imager Pixel Spacing; null where the file has neither.
 * @param shrink pixels a side of the image that share one that is shown
 */
export function spacingOf(tags: Case['tags'], shrink: number): Spacing | null {
  for (const number of ['00280030', '00181164']) {
    const text = tags.find(({ tag }) => tag.replace(/[^0-9a-f]/gi, '') === number)?.value ?? '';
    const [row = NaN, column = NaN] = text.split(/[\\,]/).map(Number);
    if (row > 0 && column > 0) return { row: row * shrink, column: column * shrink };
  }
  return null;
}
