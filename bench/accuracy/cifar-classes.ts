import { join } from 'node:path';
import { classFolders, exposureCrops, fingerprintOf, splitClasses } from './class-pools.ts';
import type { ClassProblem } from './class-problem.ts';
import { SHAPE } from './image-pools.ts';
import type { AccuracyRequest } from './request.ts';

/** Of each class, never fitted on. */
const TESTED = 100;

/**
 * One class of CIFAR-10 against the rest, with crops of imagenette's photographs as exposure.
 * @param request `data` holds cifar10 and imagenette
 * @param classes that are normal once; all of them when absent
 */
export async function cifarProblem(
  { data, report }: AccuracyRequest,
  suite: string,
  classes?: readonly string[],
): Promise<ClassProblem> {
  report('reading images');
  const pools = await classFolders(join(data, 'cifar10'));
  const exposure = await exposureCrops(data);
  return {
    suite,
    set: 'CIFAR-10',
    shape: SHAPE,
    classes: classes ?? [...pools.keys()],
    split: (seed) => splitClasses(pools, TESTED, seed),
    exposure,
    fingerprint: fingerprintOf(pools, exposure),
  };
}
