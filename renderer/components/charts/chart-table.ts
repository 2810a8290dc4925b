import { type CurvePoint, thinCurve } from './thin-curve.ts';

/** What a chart shows, in words and numbers: for screen readers, and for whoever wants the figures. */
export interface ChartTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface NamedCurve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
}

const MOST_POINTS = 40;

/** A row for each x that any of the curves has; a cell is empty where a curve has no point. */
export function curveTable(
  curves: readonly NamedCurve[],
  xName: string,
  text: { x: (x: number) => string; y: (y: number) => string },
): ChartTable {
  const columns = curves.map(({ points }) => {
    const thinned = thinCurve(points, MOST_POINTS);
    return new Map(thinned.map(({ x, y }) => [x, y]));
  });
  const places = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort((a, b) => a - b);
  return {
    head: [xName, ...curves.map(({ name }) => name)],
    rows: places.map((x) => [
      text.x(x),
      ...columns.map((column) => {
        const y = column.get(x);
        return y === undefined ? '' : text.y(y);
      }),
    ]),
  };
}

/** A row for each bin that is not empty in all series. */
export function histogramTable(
  edges: readonly number[],
  series: readonly { readonly name: string; readonly counts: readonly number[] }[],
  text: (edge: number) => string,
): ChartTable {
  const rows = edges.slice(0, -1).flatMap((low, bin) => {
    const counts = series.map((each) => each.counts[bin] ?? 0);
    if (counts.every((count) => count === 0)) return [];
    return [[`${text(low)} to ${text(edges[bin + 1] ?? low)}`, ...counts.map(String)]];
  });
  return { head: ['Score', ...series.map(({ name }) => name)], rows };
}
