/** What each exposure image is worth (Ruff et al. 2020, figure 3): detectors fitted with 1, 4, 16, … of them. */
import { bce } from '../../models/detectors/bce.ts';
import { hsc } from '../../models/detectors/hsc.ts';
import { cifarProblem } from './cifar-classes.ts';
import { type Contender, classFigures, contender } from './class-problem.ts';
import type { Figure } from './figures.ts';
import type { ExposurePoint } from '../plots/exposure-plot.ts';
import { SHAPE } from './image-pools.ts';
import type { AccuracyRequest } from './request.ts';

export const EXPOSURE_SUITE = 'exposure';
/** Of which one is easy, one is hard and one lies between. */
export const CURVE_CLASSES = ['automobile', 'cat', 'ship'];
/** 0 is all. */
const COUNTS = [1, 4, 16, 64, 256, 0];

function label(id: string, count: number): string {
  return `${id}, ${count === 0 ? 'all' : count} exposure images`;
}

/** Where a figure of the mean over classes lies on the curve of its detector; null for one of a single class. */
export function curvePoint({ detector, oneClass, auroc }: Figure): ExposurePoint | null {
  const [, id, images] = /^(.+), (\d+|all) exposure images$/.exec(detector) ?? [];
  if (id === undefined || images === undefined || oneClass !== undefined) return null;
  return { detector: id, images, mean: 100 * auroc };
}

/** @param request `data` holds cifar10 and imagenette */
export async function exposureCurve(request: AccuracyRequest): Promise<Figure[]> {
  const { preset } = request;
  const contenders = COUNTS.flatMap((exposureImages): Contender[] => [
    contender(
      hsc,
      { ...hsc.settings(preset, SHAPE), exposureImages },
      { label: label(hsc.id, exposureImages) },
    ),
    contender(
      bce,
      { ...bce.settings(preset, SHAPE), exposureImages },
      { label: label(bce.id, exposureImages) },
    ),
  ]);
  return classFigures(request, await cifarProblem(request, EXPOSURE_SUITE, CURVE_CLASSES), contenders);
}
