import { describe, expect, it } from 'vitest';
import { OURS, PAPER } from '../../../bench/plots/chart.ts';
import { exposurePlot } from '../../../bench/plots/exposure-plot.ts';
import { type ForestRow, forestPlot } from '../../../bench/plots/forest-plot.ts';

const row = (label: string, changes: Partial<ForestRow>): ForestRow => ({
  label,
  mean: 0,
  low: 0,
  high: 0,
  published: null,
  ...changes,
});

/** The middles of the dots of a colour. */
function dots(svg: string, colour: string): number[][] {
  return [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"[^>]*>/g)]
    .filter(([each]) => each.includes(`"${colour}"`))
    .map(([, x, y]) => [Number(x), Number(y)]);
}

describe('the plot of a suite', () => {
  const rows = [
    row('first', { mean: 0 }),
    row('second', { mean: 50, low: 40, high: 60, published: 75 }),
    row('third', { mean: 100 }),
  ];
  const svg = forestPlot(rows);

  it('names its rows', () => {
    for (const { label } of rows) expect(svg).toContain(`>${label}</text>`);
  });

  it('is the same each time', () => {
    expect(forestPlot(rows)).toBe(svg);
  });

  it('has the means where they belong, from top to bottom, and what was published', () => {
    const [[left = 0, top = 0] = [], [middle, second = 0] = [], [right = 0, third] = []] = dots(svg, OURS);
    expect(middle).toBeCloseTo((left + right) / 2, 5);
    expect(third).toBeCloseTo(2 * second - top, 5);
    expect(second).toBeGreaterThan(top);
    expect(dots(svg, PAPER)).toEqual([[expect.closeTo(left + 0.75 * (right - left), 0), second]]);
  });
});

it('the curve of exposure has a point for each number of images', () => {
  const points = ['1', '4', 'all'].map((images, at) => ({ detector: 'hsc', images, mean: 60 + 10 * at }));
  const svg = exposurePlot(points);
  for (const text of ['hsc', '1', '4', 'all']) expect(svg).toContain(`>${text}</text>`);
});
