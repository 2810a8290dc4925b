/** A plot of each suite of accuracy, beside its stored figures. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXPOSURE_SUITE, curvePoint } from '../accuracy/exposure-curve.ts';
import { type Figure, type Published, labelsOf, plotName, storedSuites } from '../accuracy/figures.ts';
import { exposurePlot } from './exposure-plot.ts';
import { forestPlot } from './forest-plot.ts';

/**
 * @param folder of the stored figures
 * @throws FiguresError when a file is malformed
 */
export async function writePlots(folder: string, published: Published): Promise<void> {
  for (const [first, figures] of await storedSuites(folder)) {
    await writeFile(join(folder, plotName(first)), plotOf(first, figures, published));
  }
}

function plotOf({ suite }: Figure, figures: readonly Figure[], published: Published): string {
  if (suite === EXPOSURE_SUITE) return exposurePlot(figures.flatMap((figure) => curvePoint(figure) ?? []));
  const areas = figures.filter(({ isAuroc, oneClass }) => isAuroc !== false && oneClass === undefined);
  const labels = labelsOf(areas);
  return forestPlot(
    areas.map((figure, at) => {
      const paper = published(figure);
      return {
        label: labels[at] ?? '',
        mean: 100 * figure.auroc,
        low: 100 * figure.ciLow,
        high: 100 * figure.ciHigh,
        published: paper === null ? null : 100 * paper,
      };
    }),
  );
}
