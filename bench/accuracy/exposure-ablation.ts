/** What matters in learning from exposure images: the radial function of HSC, Focal's γ, how varied and how detailed the images are. */
import { focal } from '../../models/detectors/focal.ts';
import { hsc } from '../../models/detectors/hsc.ts';
import { RADIAL_FUNCTIONS } from '../../models/losses/hypersphere.ts';
import { cifarProblem } from './cifar-classes.ts';
import { type Contender, type ExposureChoice, classFigures, contender } from './class-problem.ts';
import { allOf } from './class-pools.ts';
import { CURVE_CLASSES } from './exposure-curve.ts';
import type { Figure } from './figures.ts';
import { SHAPE } from './image-pools.ts';
import type { AccuracyRequest } from './request.ts';

const SUITE = 'exposure-ablation';
const GAMMAS = [0, 1, 2, 4];
const CLASS_COUNTS = [1, 2, 4, 8];
/** Pixels. */
const BLURS = [1, 2, 4];

/** As many images of few classes as there are of one: diversity is not number. */
function firstClasses(count: number): ExposureChoice {
  return {
    name: `${count} ${count === 1 ? 'class' : 'classes'}`,
    of: (pools) => {
      const each = Math.floor(Math.min(...[...pools.values()].map(({ length }) => length)) / count);
      return allOf(
        new Map([...pools].slice(0, count).map(([name, images]) => [name, images.slice(0, each)])),
      );
    },
  };
}

/** @param request `data` holds cifar10 and imagenette */
export async function exposureAblation(request: AccuracyRequest): Promise<Figure[]> {
  const { preset } = request;
  const ofHsc = hsc.settings(preset, SHAPE);
  const contenders: Contender[] = [
    ...RADIAL_FUNCTIONS.map((radial) =>
      contender(hsc, { ...ofHsc, radial }, { label: `hsc, radial function ${radial}` }),
    ),
    ...GAMMAS.map((gamma) =>
      contender(focal, { ...focal.settings(preset, SHAPE), gamma }, { label: `focal, γ = ${gamma}` }),
    ),
    ...CLASS_COUNTS.map((count) => {
      const exposure = firstClasses(count);
      return contender(hsc, ofHsc, { label: `hsc, exposure of ${exposure.name}`, exposure });
    }),
    ...BLURS.map((exposureBlur) =>
      contender(hsc, { ...ofHsc, exposureBlur }, { label: `hsc, exposure blurred by ${exposureBlur} px` }),
    ),
  ];
  return classFigures(request, await cifarProblem(request, SUITE, CURVE_CLASSES), contenders);
}
