import * as a from '../../array.ts';
import type { Tensor } from '../../array.ts';
import { type ImageShape, elementsOf } from '../../images.ts';
import { outlierLoss } from '../../losses/outlier.ts';
import type { ParameterSpec, Trainable } from '../detector.ts';
import { generalName } from '../glow/against-outliers.ts';
import { contributionMaps } from '../glow/flow.ts';
import { type GlowSettings, glowParameterSpecs } from '../glow/parameters.ts';
import { classGlowParameterSpecs, classLogDensities } from './density.ts';

/** λ and T, nats, of the loss that makes the other classes' images unlikely under each class. */
export interface ClassNegatives {
  readonly weight: number;
  readonly temperature: number;
}

/** So many temperatures below, an image weighs nothing in the loss on outliers. */
const OUT_OF_REACH = 100;

/**
 * −mean log p(x | y) plus the outlier loss of every image under every class but its own.
 * Input `labelled [B, C·H·W + K]`: images in [−0.5, 0.5) and ones at their classes.
 * @param general whether a general model's parameters are given, whose likelihood the others' is compared with; without one it is that of the
 * image's own class
 */
export function classObjective(
  glow: GlowSettings,
  classes: number,
  negatives: ClassNegatives,
  batch: number,
  shape: ImageShape,
  general: boolean,
): Trainable {
  const size = elementsOf(shape);
  const broad = glowParameterSpecs(glow);
  const fixed = general
    ? broad.map((spec): ParameterSpec => ({ ...spec, name: generalName(spec.name), trained: false }))
    : [];
  return {
    description: `class glow ${JSON.stringify([glow, classes, negatives, batch, shape, general])}`,
    parameters: [...classGlowParameterSpecs(glow, classes, shape), ...fixed],
    objective: (layout) => ({
      inputs: [{ name: 'labelled', shape: [batch, size + classes], type: 'float32' }],
      evaluate(parameters, { labelled }) {
        if (labelled === undefined) throw new RangeError('a batch is incomplete');
        const [flat = labelled, labels = labelled] = a.split(labelled, [size, classes], 1);
        const images = a.reshape(flat, [batch, shape.channels, shape.height, shape.width]);
        const densities = classLogDensities(glow, parameters, images, layout);
        const own = a.sum(a.multiply(densities, labels), [1]);
        const compared = (): Tensor => {
          if (!general) return own;
          const named = Object.fromEntries(
            broad.map(({ name }) => [name, parameters[generalName(name)] ?? labelled]),
          );
          return contributionMaps(glow, named, images, layout)
            .map((map) => a.sum(map, [1, 2]))
            .reduce(a.add);
        };
        const reference = a.broadcastTo(a.reshape(compared(), [batch, 1]), [batch, classes]);
        const isOwn = a.less(0.5, labels);
        const far = a.subtract(a.stopGradient(reference), OUT_OF_REACH * negatives.temperature);
        const others = a.where(isOwn, far, densities);
        const weight = (negatives.weight * classes) / Math.max(1, classes - 1);
        const sampleLoss = a.negative(own);
        const against = outlierLoss(others, reference, { weight, temperature: negatives.temperature });
        return { loss: a.add(a.mean(sampleLoss), against), sampleLoss };
      },
    }),
  };
}
