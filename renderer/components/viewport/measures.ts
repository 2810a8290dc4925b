import { scoreText } from '../../format.ts';
import type { Spacing } from './cornerstone-image.ts';
import { type Pixels, valueAt } from './pixels.ts';

/** A place on an image, in its pixels; (0, 0) is the centre of the first. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** "12.3 mm", or in pixels where the file gives no millimetres. */
export function lengthText(from: Place, to: Place, spacing: Spacing | null): string {
  const across = (to.x - from.x) * (spacing?.column ?? 1);
  const down = (to.y - from.y) * (spacing?.row ?? 1);
  return `${Math.hypot(across, down).toFixed(1)} ${spacing === null ? 'px' : 'mm'}`;
}

/** The real values of the pixels whose centres lie in the rectangle with these corners. */
export function rectangleText(pixels: Pixels, corners: readonly Place[]): readonly string[] {
  const within = (axis: 'x' | 'y', length: number): [number, number] => {
    const along = corners.map((corner) => corner[axis]);
    return [Math.max(0, Math.ceil(Math.min(...along))), Math.min(length - 1, Math.floor(Math.max(...along)))];
  };
  const [left, right] = within('x', pixels.width);
  const [top, bottom] = within('y', pixels.height);
  const count = (right - left + 1) * (bottom - top + 1);
  if (right < left || bottom < top) return ['outside'];
  const size = `${right - left + 1} × ${bottom - top + 1} px`;
  if (pixels.channels > 1) return [size];
  let [sum, squares, least, greatest] = [0, 0, Infinity, -Infinity];
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const value = valueAt(pixels, x, y);
      sum += value;
      squares += value * value;
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
  }
  const mean = sum / count;
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
  return [
    `mean ${scoreText(mean)} ± ${scoreText(deviation)}`,
    `${numberText(least)} … ${numberText(greatest)}`,
    size,
  ];
}

/** "x 12, y 40: 1024", one number for each channel. */
export function probeText(pixels: Pixels, place: Place): string {
  const [x, y] = [Math.round(place.x), Math.round(place.y)];
  return `x ${x}, y ${y}: ${valuesText(pixels, x, y)}`;
}

/** The real value of a pixel, or its channels; a dash outside. */
export function valuesText(pixels: Pixels, x: number, y: number): string {
  const channels = Array.from({ length: pixels.channels }, (_, channel) => valueAt(pixels, x, y, channel));
  return channels.map(numberText).join(', ');
}

/** Whole numbers as they are, others to five digits. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return '–';
  return (Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)))).replace('-', '−');
}
