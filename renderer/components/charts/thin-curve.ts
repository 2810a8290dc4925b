export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

/**
 * A curve of at most `most` points that looks like the whole: of each stretch the lowest and the highest point stay, so that
 * no peak is lost, and so do both ends.
 * @param points in ascending order of x
 * @param most at least 4
 */
export function thinCurve(points: readonly CurvePoint[], most: number): readonly CurvePoint[] {
  const [first] = points;
  const last = points.at(-1);
  if (points.length <= most || first === undefined || last === undefined) return points;
  const stretches = Math.floor((most - 2) / 2);
  const inner = points.slice(1, -1);
  const kept: CurvePoint[] = [first];
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    const part = inner.slice(
      Math.floor((stretch * inner.length) / stretches),
      Math.floor(((stretch + 1) * inner.length) / stretches),
    );
    kept.push(...extremes(part));
  }
  return [...kept, last];
}

/** In ascending order of x. */
function extremes(part: readonly CurvePoint[]): CurvePoint[] {
  const [first] = part;
  if (first === undefined) return [];
  let lowest = first;
  let highest = first;
  for (const point of part) {
    if (point.y < lowest.y) lowest = point;
    if (point.y > highest.y) highest = point;
  }
  if (lowest === highest) return [lowest];
  return lowest.x < highest.x ? [lowest, highest] : [highest, lowest];
}
