/** A Glow that is fitted with outliers beside in-distribution images (Schirrmeister et al. 2020, section 3.2). */
import * as a from '../../array.ts';
import type { Tensor } from '../../array.ts';
import type { InputSpec } from '../../compile/trace.ts';
import type { Layout } from '../../flows/layout.ts';
import type { ImageShape } from '../../images.ts';
import { marginLoss, outlierLoss } from '../../losses/outlier.ts';
import type { NamedTensors, ParameterData, ParameterSpec, Trainable } from '../detector.ts';
import { contributionMaps } from './flow.ts';
import { type GlowSettings, glowParameterSpecs } from './parameters.ts';

export type OutlierObjective =
  /** Of a decision by the ratio to the general model. λ and T in nats: about 2 and 1/3 of the number of dimensions. */
  | { readonly kind: 'ratio'; readonly weight: number; readonly temperature: number }
  /** In nats: the number of dimensions, as published. */
  | { readonly kind: 'margin'; readonly margin: number };

/** λ and T of the paper, which had 6000 and 1000 at 3072 dimensions, scaled to others. */
export function publishedRatio(dimensions: number): { weight: number; temperature: number } {
  return { weight: (dimensions * 6000) / 3072, temperature: (dimensions * 1000) / 3072 };
}

export function publishedOutlierObjective(
  kind: OutlierObjective['kind'],
  dimensions: number,
): OutlierObjective {
  return kind === 'margin' ? { kind, margin: dimensions } : { kind, ...publishedRatio(dimensions) };
}

/** The general model's weights, which stay as they are. */
const GENERAL = 'general/';

/** Under which an objective finds a parameter of the general model. */
export function generalName(parameter: string): string {
  return `${GENERAL}${parameter}`;
}

/** The general model's weights under the names that the objective knows them by. */
export function asGeneral(parameters: ParameterData): ParameterData {
  return Object.fromEntries(Object.entries(parameters).map(([name, data]) => [generalName(name), data]));
}

/** The detector's own weights alone. */
export function withoutGeneral(parameters: ParameterData): ParameterData {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !name.startsWith(GENERAL)));
}

/**
 * −mean log p_in(x_in) plus the loss on outliers.
 * Inputs: `images [B, C, H, W]` in distribution, `outliers [O, C, H, W]`, both in [−0.5, 0.5). The loss 'ratio' takes the general model's
 * parameters too.
 * @param own the parameters of the fit, some of which may be frozen
 */
export function glowAgainstOutliers(
  settings: GlowSettings,
  own: readonly ParameterSpec[],
  outliers: OutlierObjective,
  sizes: { readonly images: number; readonly outliers: number },
  shape: ImageShape,
): Trainable {
  const general = outliers.kind === 'ratio' ? glowParameterSpecs(settings) : [];
  const inputs = (['images', 'outliers'] as const).map((name): InputSpec => ({
    name,
    shape: [sizes[name], shape.channels, shape.height, shape.width],
    type: 'float32',
  }));
  const likelihood = (parameters: NamedTensors, images: Tensor, layout: Layout): Tensor =>
    contributionMaps(settings, parameters, images, layout)
      .map((map) => a.sum(map, [1, 2]))
      .reduce(a.add);
  return {
    description: `glow against outliers ${JSON.stringify([settings, own.map(({ trained }) => (trained ? 1 : 0)).join(''), outliers, sizes, shape])}`,
    parameters: [
      ...own,
      ...general.map(({ name, shape: sides }) => ({
        name: generalName(name),
        shape: sides,
        trained: false,
      })),
    ],
    objective: (layout) => ({
      inputs,
      evaluate(parameters, { images, outliers: strangers }) {
        if (images === undefined || strangers === undefined) throw new RangeError('a batch is incomplete');
        // Both in one pass: half as many operators.
        const both = likelihood(parameters, a.concat([images, strangers], 0), layout);
        const [normal = both, outlier = both] = a.split(both, [sizes.images, sizes.outliers], 0);
        const sampleLoss = a.negative(normal);
        const against = (): Tensor => {
          switch (outliers.kind) {
            case 'margin':
              return marginLoss(normal, outlier, outliers.margin);
            case 'ratio': {
              const broad = Object.fromEntries(
                general.map(({ name }) => [name, required(parameters, generalName(name))]),
              );
              return outlierLoss(outlier, likelihood(broad, strangers, layout), outliers);
            }
          }
        };
        return { loss: a.add(a.mean(sampleLoss), against()), sampleLoss };
      },
    }),
  };
}

function required(tensors: NamedTensors, name: string): Tensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new RangeError(`there is no parameter ${name}`);
  return tensor;
}
