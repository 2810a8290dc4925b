/**
 * How well heatmaps show where the anomaly is. A map may be coarser than its mask: each of its values covers a rectangle of
 * pixels, and counts as often as it has pixels, so that nothing is interpolated.
 */
import { connectedComponents } from './connected-components.ts';
import { requireFinite } from './scores.ts';

export interface MaskedMap {
  /** `[height, width]`, row-major; higher is more anomalous. */
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
  /** Over the same image, at its own size; anything but 0 is anomalous. All 0 for a normal image. */
  readonly mask: { readonly pixels: Uint8Array; readonly height: number; readonly width: number };
}

/**
 * The chance, in [0, 1], that a random anomalous pixel of all images has a higher value than a random normal one; ties count half.
 * @throws {RangeError} without anomalous or without normal pixels, or for a value that is not finite
 */
export function pixelAuroc(maps: readonly MaskedMap[]): number {
  return areaUnder(maps.flatMap(pixelWeights), 1);
}

/**
 * The area under the per-region overlap against the share of normal pixels raised, up to `limit` of these, over `limit` (Bergmann et
 * al. 2020, "The MVTec anomaly detection dataset", section 5.1.2): every 8-connected region counts the same, however large.
 * @param limit in (0, 1]
 * @throws {RangeError} for a limit out of range, without anomalous or without normal pixels, or for a value that is not finite
 */
export function aupro(maps: readonly MaskedMap[], limit = 0.3): number {
  if (!(limit > 0 && limit <= 1))
    throw new RangeError(`a limit of false positives is in (0, 1], not ${limit}`);
  return areaUnder(maps.flatMap(regionWeights), limit) / limit;
}

/** One value of a map, with what raising it adds to each side. */
export interface WeighedValue {
  readonly value: number;
  readonly normal: number;
  readonly anomalous: number;
}

/** Pixels that are normal, pixels that are anomalous. */
export function pixelWeights(map: MaskedMap): WeighedValue[] {
  const anomalous = new Float64Array(map.values.length);
  for (const pixel of insideOf(map)) add(anomalous, placeOf(map, pixel), 1);
  return weighed(map, anomalous);
}

/** Pixels that are normal, shares of regions. */
export function regionWeights(map: MaskedMap): WeighedValue[] {
  const { pixels, height, width } = map.mask;
  const shares = new Float64Array(map.values.length);
  for (const region of connectedComponents(pixels, height, width)) {
    for (const pixel of region) add(shares, placeOf(map, pixel), 1 / region.length);
  }
  return weighed(map, shares);
}

/**
 * The area under the curve of the anomalous side against the normal one, both from 0 to 1, from 0 to `limit` of the normal
 * one; its points are joined by straight lines.
 */
export function areaUnder(entries: readonly WeighedValue[], limit: number): number {
  requireFinite(
    entries.map(({ value }) => value),
    'heatmap',
  );
  const normals = total(entries, 'normal');
  const anomalies = total(entries, 'anomalous');
  const descending = entries.toSorted((one, other) => other.value - one.value);
  // In numbers of pixels, which are whole, until the end.
  const end = limit * normals;
  let area = 0;
  let [x, y] = [0, 0];
  for (let from = 0; from < descending.length && x < end;) {
    const value = descending[from]?.value;
    let [right, up] = [x, y];
    // Equal values are raised together.
    for (; descending[from]?.value === value && from < descending.length; from++) {
      right += descending[from]?.normal ?? 0;
      up += descending[from]?.anomalous ?? 0;
    }
    const reached = Math.min(right, end);
    const height = right > x ? y + ((up - y) * (reached - x)) / (right - x) : up;
    area += ((y + height) / 2) * (reached - x);
    [x, y] = [right, up];
  }
  return area / (normals * anomalies);
}

function total(entries: readonly WeighedValue[], side: 'normal' | 'anomalous'): number {
  const sum = entries.reduce((sofar, entry) => sofar + entry[side], 0);
  if (!(sum > 0)) throw new RangeError(`there are no ${side} pixels`);
  return sum;
}

function weighed(map: MaskedMap, anomalous: Float64Array): WeighedValue[] {
  const normal = new Float64Array(map.values.length);
  map.mask.pixels.forEach((inside, pixel) => {
    if (inside === 0) add(normal, placeOf(map, pixel), 1);
  });
  return Array.from(map.values, (value, place) => ({
    value,
    normal: normal[place] ?? 0,
    anomalous: anomalous[place] ?? 0,
  }));
}

function insideOf({ mask }: MaskedMap): number[] {
  return Array.from(mask.pixels.keys()).filter((pixel) => mask.pixels[pixel] !== 0);
}

function add(sums: Float64Array, place: number, value: number): void {
  sums[place] = (sums[place] ?? 0) + value;
}

/** The value of the map that covers a pixel of the mask. */
function placeOf({ height, width, mask }: MaskedMap, pixel: number): number {
  const row = Math.floor(((Math.floor(pixel / mask.width) + 0.5) * height) / mask.height);
  const column = Math.floor((((pixel % mask.width) + 0.5) * width) / mask.width);
  return row * width + column;
}
