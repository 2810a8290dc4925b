/** How well heatmaps find defects that are known by the boxes around them. */
import { requireFinite } from './scores.ts';

/** In pixels of the image; `right` and `bottom` are the first beyond it. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface BoxedMap {
  /** `[height, width]`, row-major; higher is more anomalous. */
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
  /** Pixels of the image along each side of one value. */
  readonly cell: number;
  readonly boxes: readonly Box[];
}

/** Whether the place with the largest value (the first of several) touches a box. @throws {RangeError} for a value that is not finite */
export function peakHitsBox(map: BoxedMap): boolean {
  requireFinite([...map.values], 'heatmap');
  const peak = map.values.reduce(
    (most, value, place) => (value > (map.values[most] ?? NaN) ? place : most),
    0,
  );
  return map.boxes.some((box) => touches(map, peak, box));
}

export interface BoxHits {
  readonly hits: number;
  readonly boxes: number;
  /** A place is raised where its value is above it. */
  readonly threshold: number;
  /** Share of the places outside all boxes that are raised. */
  readonly falseAlarmArea: number;
}

/**
 * The boxes that are touched by a raised place, at the lowest threshold that raises at most this share of all places
 * outside boxes.
 * @param falseAlarmArea in [0, 1)
 * @throws {RangeError} for a share out of range, without places outside boxes, or for a value that is not finite
 */
export function boxHits(maps: readonly BoxedMap[], falseAlarmArea: number): BoxHits {
  if (!(falseAlarmArea >= 0 && falseAlarmArea < 1)) {
    throw new RangeError(`a false-alarm area is in [0, 1), not ${falseAlarmArea}`);
  }
  const outside = maps.flatMap((map) => {
    requireFinite([...map.values], 'heatmap');
    return Array.from(map.values).filter((_, place) => !map.boxes.some((box) => touches(map, place, box)));
  });
  if (outside.length === 0) throw new RangeError('there are no places outside boxes');
  const descending = Float64Array.from(outside).sort().reverse();
  // Counted up: the product of share and count may round to the wrong side of a whole number.
  let allowed = 0;
  while ((allowed + 1) / descending.length <= falseAlarmArea) allowed += 1;
  const threshold = descending[allowed] ?? NaN;
  const found = maps.flatMap((map) => map.boxes.map((box) => isRaised(map, box, threshold)));
  return {
    hits: found.filter(Boolean).length,
    boxes: found.length,
    threshold,
    falseAlarmArea: descending.filter((value) => value > threshold).length / descending.length,
  };
}

function isRaised(map: BoxedMap, box: Box, threshold: number): boolean {
  return map.values.some((value, place) => value > threshold && touches(map, place, box));
}

function touches({ width, cell }: BoxedMap, place: number, { left, top, right, bottom }: Box): boolean {
  const x = (place % width) * cell;
  const y = Math.floor(place / width) * cell;
  return x < right && x + cell > left && y < bottom && y + cell > top;
}
