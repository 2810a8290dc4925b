/** Each class of CIFAR-10 against the others, with other natural images as exposure (Ruff et al. 2020, table 1). */
import { bce } from '../../models/detectors/bce.ts';
import { deepSad } from '../../models/detectors/deep-sad.ts';
import { deepSvdd } from '../../models/detectors/deep-svdd.ts';
import { focal } from '../../models/detectors/focal.ts';
import { hsc } from '../../models/detectors/hsc.ts';
import { cifarProblem } from './cifar-classes.ts';
import { classFigures, contender } from './class-problem.ts';
import type { Figure } from './figures.ts';
import { SHAPE } from './image-pools.ts';
import type { AccuracyRequest } from './request.ts';

const SUITE = 'one-vs-rest';

/** Mean over the ten classes, with 80 Million Tiny Images as exposure. */
const PAPER: Readonly<Record<string, number>> = {
  [deepSvdd.id]: 0.648,
  [deepSad.id]: 0.945,
  [hsc.id]: 0.959,
  [focal.id]: 0.958,
  [bce.id]: 0.961,
};

export function publishedOneVsRest({ detector, oneClass }: Figure): number | null {
  return oneClass === undefined ? (PAPER[detector] ?? null) : null;
}

/** @param request `data` holds cifar10 and imagenette */
export async function oneVsRest(request: AccuracyRequest): Promise<Figure[]> {
  const { preset } = request;
  return classFigures(request, await cifarProblem(request, SUITE), [
    contender(hsc, hsc.settings(preset, SHAPE)),
    contender(bce, bce.settings(preset, SHAPE)),
    contender(focal, focal.settings(preset, SHAPE)),
    contender(deepSad, deepSad.settings(preset, SHAPE)),
    contender(deepSvdd, deepSvdd.settings(preset, SHAPE)),
  ]);
}
