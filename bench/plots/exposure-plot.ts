/** What each exposure image is worth: AUROC against how many were learned from. */
import { INK, named, svgOf } from './chart.ts';

export interface ExposurePoint {
  readonly detector: string;
  /** As on the axis: "16", "all". */
  readonly images: string;
  /** In %. */
  readonly mean: number;
}

const WIDTH = 640;
const HEIGHT = 380;

/** @param points of each detector from few images to all */
export function exposurePlot(points: readonly ExposurePoint[]): string {
  const detectors = [...Map.groupBy(points, ({ detector }) => detector)];
  return svgOf(
    {
      legend: { top: 4, textStyle: { color: INK } },
      grid: { top: 40, bottom: 48, left: 56, right: 24 },
      xAxis: {
        type: 'category',
        data: [...new Set(points.map(({ images }) => images))],
        ...named('exposure images', 28),
      },
      yAxis: {
        type: 'value',
        min: 50,
        max: 100,
        ...named('AUROC in %', 36),
      },
      series: detectors.map(([name, those]) => ({
        type: 'line',
        name,
        data: those.map(({ images, mean }) => [images, mean]),
        symbol: 'circle',
        symbolSize: 8,
      })),
    },
    WIDTH,
    HEIGHT,
  );
}
